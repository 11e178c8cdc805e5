//! In-request orchestration: typed tasks in five stages, under a deadline, with a record of what happened.
