// The board, where several people plan a term at once.
import "./board/sending.js";
import "./board/moving.js";
