# SPDX-License-Identifier: GPL-3.0-or-later
# typing: annotations are read and forgotten, so that all that these names need is to exist.
class _Name:
    def __getitem__(self, item):
        return self
    def __call__(self, *args, **options):
        return self
Any = AnyStr = Callable = ClassVar = Dict = Final = Generator = Generic = Iterable = Iterator = _Name()
List = Literal = Mapping = NamedTuple = NoReturn = Optional = Sequence = Set = Tuple = Type = _Name()
TypeVar = Union = _Name()
