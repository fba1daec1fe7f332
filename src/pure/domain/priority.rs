//! What to look at first: how much of everybody's trouble a cluster is, as frequency × severity × growth ×
//! harm, with the parts, so that anybody can see where a rank comes from. What a person says wins.

use serde::{Deserialize, Serialize};

/// How urgent a cluster is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    /// A tenth of all trouble or more.
    Urgent,
    /// A thirtieth or more.
    High,
    /// A hundredth or more.
    Medium,
    /// The rest.
    #[default]
    Low,
}

impl Priority {
    /// Every priority, the most urgent first.
    pub const ALL: [Self; 4] = [Self::Urgent, Self::High, Self::Medium, Self::Low];

    /// The stable name used in the store and on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Urgent => "urgent",
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
        }
    }

    /// The priority of a stable name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|priority| priority.name() == name)
    }

    /// Of a cluster with this share of all trouble.
    pub fn of_share(share: f64) -> Self {
        match share {
            share if share >= 0.1 => Self::Urgent,
            share if share >= 1.0 / 30.0 => Self::High,
            share if share >= 0.01 => Self::Medium,
            _ => Self::Low,
        }
    }
}

/// The parts of a cluster's trouble.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Load {
    /// Complaints of the last four weeks.
    pub frequency: f64,
    /// 1 to 2: one and the share of them that claim or denounce something.
    pub severity: f64,
    /// 0.5 to 3: the last four weeks over the four before.
    pub growth: f64,
    /// 0.5 to 3: how much harm such a failure does.
    pub harm: f64,
    /// Their product as a share of that of all clusters.
    pub share: f64,
}

impl Load {
    /// The parts, without the share. `claiming` of `recent` complaints claim or denounce something; `before`
    /// came in the four weeks before.
    pub fn new(recent: i64, before: i64, claiming_share: f64, failure_type: Option<&str>) -> Self {
        // Two complaints more on both sides: from 0 to 1 is no growth worth the name.
        let growth = (recent + 2) as f64 / (before + 2) as f64;
        Self {
            frequency: recent as f64,
            severity: 1.0 + claiming_share.clamp(0.0, 1.0),
            growth: growth.clamp(0.5, 3.0),
            harm: harm_of(failure_type),
            share: 0.0,
        }
    }

    /// frequency × severity × growth × harm.
    pub fn product(&self) -> f64 {
        self.frequency * self.severity * self.growth * self.harm
    }
}

/// Each load with its share of all.
pub fn shared(loads: &mut [Load]) {
    let all: f64 = loads.iter().map(Load::product).sum();
    loads.iter_mut().for_each(|load| load.share = if all > 0.0 { load.product() / all } else { 0.0 });
}

/// How much harm a failure of a type of the starter taxonomy does; 1 for others. A judgement, not a measurement:
/// what strikes rights and safety weighs three, what strikes money two, what costs time one.
fn harm_of(failure_type: Option<&str>) -> f64 {
    match failure_type.unwrap_or_default() {
        "fraud_security" | "privacy" => 3.0,
        "abusive_collection" | "coverage_denied" => 2.5,
        "undue_charge" | "refund_not_made" | "not_consented" => 2.0,
        "service_outage" | "defective_product" | "not_delivered" | "record_error" => 1.5,
        "usage" | "none" => 0.5,
        _ => 1.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_make_the_rank() {
        let mut loads = [
            Load::new(100, 20, 0.5, Some("undue_charge")),
            Load::new(100, 100, 0.5, Some("undue_charge")),
            Load::new(100, 100, 0.0, Some("poor_service")),
            Load::new(0, 50, 1.0, Some("privacy")),
        ];
        shared(&mut loads);
        assert!((loads[0].product() - 100.0 * 1.5 * 3.0 * 2.0).abs() < 1e-9);
        assert!(loads.windows(2).all(|pair| pair[0].share > pair[1].share), "{loads:?}");
        assert!((loads.iter().map(|load| load.share).sum::<f64>() - 1.0).abs() < 1e-12);
        assert_eq!(Priority::of_share(loads[0].share), Priority::Urgent);
        assert_eq!(Priority::of_share(loads[3].share), Priority::Low);
        let mut none = [Load::new(0, 0, 0.0, None)];
        shared(&mut none);
        assert_eq!(none[0].share, 0.0);
    }

    #[test]
    fn names_are_read_back() {
        for priority in Priority::ALL {
            assert_eq!(Priority::from_name(priority.name()), Some(priority));
        }
        assert!(Priority::Urgent < Priority::Low);
    }
}
