//! Everything that leaves the process: RPC, Redis, caches, configuration, texts, images, regions, experiments.
