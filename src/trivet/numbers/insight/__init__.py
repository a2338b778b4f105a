"""Is it trending wrong, why did it move, where will it land, does the ICP hold."""
