"""One file and one function per command: plain arguments in, a result out. None prints; renderers and `cli` do."""
