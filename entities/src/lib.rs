//! The tasks of Live Pack, a folder a stage and a file a task, and the business rules as pure functions.
