// The board's page: where things stand on it, and what is said to whoever listens.

export const says = document.getElementById("board-says");
export const news = document.getElementById("board-news");
export const dialog = document.getElementById("move-dialog");
export const board = () => document.getElementById("board");
export const bar = () => document.getElementById("board-bar");
export const lists = () => [...board().querySelectorAll("[data-agenda]")];
export const itemsOf = (list) => [...list.children].filter((child) => child.matches(".board-item:not(.is-dragged)"));
export const handleOf = (item) => item.querySelector("[data-handle]");

export const whereabouts = (item) => ({ item, list: item.parentElement, next: item.nextElementSibling });
export const isAtHome = ({ item, list, next }) => item.parentElement === list && item.nextElementSibling === next;
export const putBack = ({ item, list, next }) => list.insertBefore(item, next?.parentElement === list ? next : null);

export const say = (words, place = says) => { place.textContent = ""; setTimeout(() => { place.textContent = words; }, 30); };

// While something is carried, the board under it stays: each tells here whether it holds it.
const holders = [dialog ? () => dialog.open : () => false];
export const holdWhile = (holds) => holders.push(holds);
export const isHeld = () => holders.some((holds) => holds());
