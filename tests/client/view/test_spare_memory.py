"""What is freed goes back to the system."""

import ctypes
import platform

import psutil
import pytest

from halles_client.view.spare_memory import give_back

BLOCK, BLOCKS = 64 * 1024, 1600
"""100 MB in pieces that the allocator keeps, since the last one stays in use."""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library frees in its own way")
def test_memory_that_was_freed_within_is_free_for_others() -> None:
    library = ctypes.CDLL(None)
    library.malloc.restype, library.malloc.argtypes = ctypes.c_void_p, [ctypes.c_size_t]
    library.free.argtypes = [ctypes.c_void_p]
    blocks = [library.malloc(BLOCK) for _ in range(BLOCKS)]
    for block in blocks:
        ctypes.memset(block, 1, BLOCK)
    for block in blocks[:-1]:
        library.free(block)
    held = psutil.Process().memory_info().rss
    assert give_back()
    assert held - psutil.Process().memory_info().rss > BLOCK * BLOCKS / 2
    library.free(blocks[-1])
