//! Settings of the sources of instances: the name server and etcd.

use std::{net::SocketAddr, path::PathBuf};

use live_pack_dal::{
    config::Check,
    files::Files,
    rpc::{EtcdUser, HostPort, SourceSettings},
};

use super::raw::RawSources;

/// The name server, and etcd.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// The name server for `dns` entries of `DownstreamConf`; `None`: those of the system.
    pub dns_server: Option<SocketAddr>,
    /// The members of an etcd cluster for `etcd` entries; empty: there is none.
    pub etcd_endpoints: Vec<HostPort>,
    /// A file with `name:password` for etcd.
    pub etcd_user_file: Option<PathBuf>,
    /// Name and address under which this process registers itself in etcd; `None`: it does not.
    pub etcd_register: Option<(String, SocketAddr)>,
}

/// The file of the etcd user cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum EtcdUserError {
    /// It cannot be read.
    #[error("cannot read the etcd user {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The system's error.
        #[source]
        source: std::io::Error,
    },
    /// It has the wrong form.
    #[error("{}: must be one line, name:password", path.display())]
    Form {
        /// The file.
        path: PathBuf,
    },
}

/// Checks the section.
pub(super) fn check(raw: &RawSources, check: &mut Check<'_>) -> Sources {
    let dns_server = raw.dns_server.as_deref().and_then(|text| {
        let parsed = text.parse().ok().filter(|address: &SocketAddr| address.port() != 0);
        if parsed.is_none() {
            check.fail("sources.dns_server", "must be an IP address and a port, such as 10.0.0.53:53", text);
        }
        parsed
    });
    let listed = raw.etcd_endpoints.as_deref().filter(|list| !list.is_empty());
    let mut etcd_endpoints = Vec::new();
    for text in listed.into_iter().flat_map(|list| list.split(',')).map(str::trim) {
        // other clients of etcd accept a scheme
        match text.strip_prefix("http://").unwrap_or(text).trim_end_matches('/').parse() {
            Ok(at) => etcd_endpoints.push(at),
            Err(_) => check.fail("sources.etcd_endpoints", "must be host:port with commas between, in the clear", text),
        }
    }
    let etcd_register = raw.etcd_register.as_deref().and_then(|text| {
        let parsed = text.split_once('=').and_then(|(name, at)| Some((name.to_owned(), at.parse().ok()?)));
        let good = parsed.filter(|(name, at): &(String, SocketAddr)| {
            let is_plain = name.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'/');
            !name.is_empty() && is_plain && !at.ip().is_unspecified() && at.port() != 0
        });
        if good.is_none() {
            check.fail(
                "sources.etcd_register",
                "must be name=IP:PORT, an address at which callers reach this process",
                text,
            );
        }
        good
    });
    if etcd_register.is_some() && etcd_endpoints.is_empty() {
        check.fail("sources.etcd_register", "needs etcd_endpoints", "none");
    }
    Sources {
        dns_server,
        etcd_endpoints,
        etcd_register,
        etcd_user_file: raw.etcd_user_file.as_deref().map(PathBuf::from),
    }
}

impl Sources {
    /// The settings of all sources, with `conf` as the folder of the hot configuration. Reads the file of the etcd user.
    ///
    /// # Errors
    /// See [`EtcdUserError`].
    pub fn load(&self, conf: Option<&std::path::Path>) -> Result<SourceSettings, EtcdUserError> {
        let etcd_user = self.etcd_user_file.as_ref().map(|path| {
            let read = Files::default().read_text(path);
            let text = read.map_err(|source| EtcdUserError::Read { path: path.clone(), source })?;
            let form = || EtcdUserError::Form { path: path.clone() };
            let (name, password) = text.trim_end_matches(['\r', '\n']).split_once(':').ok_or_else(form)?;
            if name.is_empty() || password.contains('\n') {
                return Err(form());
            }
            Ok(EtcdUser { name: name.to_owned(), password: password.to_owned() })
        });
        Ok(SourceSettings {
            folder: conf.map(|conf| conf.join("instances")),
            dns_server: self.dns_server,
            etcd_endpoints: self.etcd_endpoints.clone(),
            etcd_user: etcd_user.transpose()?,
            ..SourceSettings::default()
        })
    }
}
