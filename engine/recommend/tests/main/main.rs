//! Pipelines from specification to answer, through the public interface.

mod kit;
mod pipelines;
mod specifications;
