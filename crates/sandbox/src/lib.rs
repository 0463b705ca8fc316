//! A QQ server for your own machine, as a library.
