//! A seeded commerce world: twelve downstream Thrift services and a picture server on loopback.
