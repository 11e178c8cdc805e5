//! The tables of all services, made by the build script from the IDL: one static each, named as its module.

use super::table::Service;

include!(concat!(env!("OUT_DIR"), "/guard_table.rs"));
