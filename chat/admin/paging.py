"""Pages of long lists, without counting what is in them."""

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.core import paginator

if TYPE_CHECKING:
    Paginator = paginator.Paginator[Any]
else:
    Paginator = paginator.Paginator

MAX_COUNTED = 10_000


class BoundedPaginator(Paginator):
    """Counts to ``MAX_COUNTED`` and no further: what lies behind is found with filters and search, not by paging."""

    @cached_property
    def count(self) -> int:
        return min(self._counted, MAX_COUNTED)

    @cached_property
    def _counted(self) -> int:
        queryset: Any = self.object_list
        # The order costs a sort and changes no count.
        return int(queryset.order_by()[: MAX_COUNTED + 1].count())

    @property
    def is_cut(self) -> bool:
        return self._counted > MAX_COUNTED
