"""The user: known by an e-mail address, shown by a name."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone


class UserManager(BaseUserManager["User"]):
    """Makes users from an address; Django's commands expect these two names."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Store a new user; without a password they can sign in by a mailed code only."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Store a new user who may use the admin site."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        """Find a user by address, however it is capitalised."""
        return self.get(email=(username or "").lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A person. What they may do in a course is their membership's matter, not theirs."""

    email = models.EmailField(max_length=254, unique=True)
    name = models.CharField(max_length=120, blank=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField("may use the admin site", default=False)
    is_sample = models.BooleanField(
        "sample person", default=False, help_text="Can be signed in as by one click in the demo."
    )
    # Opens their calendar feed to whoever holds it; made when it is first asked for.
    calendar_token = models.CharField(max_length=32, unique=True, null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [
            # Stored in lower case, so that "unique" means the same mailbox.
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")), name="user_email_lower_case"
            )
        ]

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        """The name, or what stands before the @ for someone who gave none."""
        return self.name or self.email.partition("@")[0]

    @property
    def initials(self) -> str:
        """One or two letters for the round badge."""
        words = self.display_name.split()
        return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()

    def get_full_name(self) -> str:
        """Django's name for ``display_name``."""
        return self.display_name

    def get_short_name(self) -> str:
        """The given name."""
        return self.display_name.split()[0]
