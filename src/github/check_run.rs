//! Check runs: the plan's and the apply's.
