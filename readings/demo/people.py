"""The sample class: names from all over, addresses that belong to nobody.  Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Person:
    """A sample person; the domain example.edu is reserved, so no mail ever reaches anybody."""

    name: str
    mailbox: str

    @property
    def email(self) -> str:
        """The whole address, in lower case."""
        return f"{self.mailbox}@example.edu"

    @property
    def first_name(self) -> str:
        """What the class calls them."""
        return self.name.split()[0]


TEACHER: Final = Person("Alice Abbott", "alice.abbott")
ASSISTANT: Final = Person("Carol Chen", "carol.chen")
AUDITOR: Final = Person("Erin Evans", "erin.evans")

_STUDENTS: Final = (
    Person("Bob Baker", "bob.baker"),
    Person("Priya Singh", "priya.singh"),
    Person("Jun Park", "jun.park"),
    Person("María José Fernández", "maria.fernandez"),
    Person("Oluwaseun Adeyemi", "oluwaseun.adeyemi"),
    Person("Zoë Lindqvist", "zoe.lindqvist"),
    Person("Дмитрий Соколов", "dmitri.sokolov"),
    Person("Amina El-Sayed", "amina.elsayed"),
    Person("Nguyễn Thị Lan", "lan.nguyen"),
    Person("Søren Kjær", "soren.kjaer"),
    Person("Lucía Quispe", "lucia.quispe"),
    Person("أحمد منصور", "ahmed.mansour"),
    Person("Θάλεια Παππά", "thalia.pappa"),
    Person("Thomas O’Brien", "thomas.obrien"),
    Person("王小雨", "xiaoyu.wang"),
    Person("佐藤 健", "ken.sato"),
    Person("Rahul Deshpande", "rahul.deshpande"),
    Person("Chidinma Okafor", "chidinma.okafor"),
    Person("Łukasz Wójcik", "lukasz.wojcik"),
    Person("김서연", "seoyeon.kim"),
    Person("Noa Ben-David", "noa.bendavid"),
    Person("Élodie Marchand", "elodie.marchand"),
    Person("Mateus Carvalho", "mateus.carvalho"),
    Person("Ingrid Solheim", "ingrid.solheim"),
    Person("张伟", "wei.zhang"),
    Person("Fatemeh Rahimi", "fatemeh.rahimi"),
    Person("Kwame Mensah", "kwame.mensah"),
    Person("आरव शर्मा", "aarav.sharma"),
    Person("Hannah Fischer", "hannah.fischer"),
    Person("Tevita Taufa", "tevita.taufa"),
)

_GROUP_NAMES: Final = (
    "Loop Invariants",
    "Kernel Panic",
    "Lazy Tensors",
    "Register Spillers",
    "Dead Code Society",
    "Constant Folders",
    "Phi Nodes",
    "Branch Predictors",
)


def students(count: int) -> list[Person]:
    """The first ``count`` students; after those with names come numbered ones."""
    numbered = range(len(_STUDENTS) + 1, count + 1)
    return [
        *_STUDENTS[:count],
        *(Person(f"Student {number}", f"student.{number}") for number in numbered),
    ]


def groups(of: int) -> list[tuple[str, range]]:
    """Names of groups of three, and the places of their members among ``of`` students.

    The last group has a place left.  The last two or more students have no group yet, so that there
    is one to be formed.
    """
    count = max(0, of - 1) // 3
    return [
        (
            _GROUP_NAMES[number] if number < len(_GROUP_NAMES) else f"Group {number + 1}",
            range(3 * number, 3 * number + (3 if number < count - 1 else 2)),
        )
        for number in range(count)
    ]
