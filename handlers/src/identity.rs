//! The viewer of a request: identity and region. Computed once per request.

use std::sync::Arc;

use live_pack_dal::{
    config::Conf,
    model::{Platform, Region, Viewer},
    region::{RegionError, RegionHints},
};
use live_pack_idl::{
    live_pack::{self, UserContext},
    status_code,
};

use crate::status::Status;

/// The viewer of a request.
///
/// # Errors
/// `PARAM_INVALID` for a malformed region, `REGION_UNSUPPORTED` for one that is not served.
pub(crate) fn viewer(user: &UserContext, conf: &Conf, default: Option<Region>) -> Result<Arc<Viewer>, Status> {
    let hints = RegionHints {
        store: user.store_region.as_deref(),
        request: &user.region,
        carrier: user.carrier_region.as_deref(),
        ip: user.ip_region.as_deref(),
        settings: default,
    };
    let region = conf.regions.resolve(hints).map_err(|error| {
        let code = match error {
            RegionError::Malformed { .. } => status_code::PARAM_INVALID,
            RegionError::Unsupported(_) => status_code::REGION_UNSUPPORTED,
        };
        Status::new(code, error.to_string())
    })?;
    let Some(rules) = conf.regions.get(region) else {
        return Err(Status::new(status_code::REGION_UNSUPPORTED, format!("region {region} is not served")));
    };
    let speech = conf.regions.speech(region, &user.language);
    Ok(Arc::new(Viewer {
        user_id: user.user_id,
        device_id: user.device_id.clone(),
        platform: platform(user.platform),
        app_version: user.app_version,
        region,
        is_region_private: hints.is_private(),
        route_group: rules.route_group,
        language: speech.language,
        locale: speech.locale,
        claims_minor: user.is_minor.unwrap_or(false),
    }))
}

const fn platform(wire: live_pack::Platform) -> Platform {
    match wire {
        live_pack::Platform::IOS => Platform::Ios,
        live_pack::Platform::ANDROID => Platform::Android,
        live_pack::Platform::WEB => Platform::Web,
        _ => Platform::Unknown,
    }
}
