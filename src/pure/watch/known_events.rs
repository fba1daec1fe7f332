//! What a rule would have made of events and traps that are known: alarmed or not, how late, and whether no
//! later than the peak. Periods are numbered; whether they are days, weeks or months is for the caller.

/// Something known to have happened in a series, or a trap: something that looks like news and is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// What people call it.
    pub name: String,
    /// Whether it must stay silent.
    pub is_trap: bool,
    /// The period in which it began.
    pub onset: i32,
    /// The period in which most came in; of a trap, the last one that looks like news.
    pub peak: i32,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// An event alarmed, so many periods after its onset, no later than its peak.
    InTime {
        /// Periods from onset to alarm.
        delay: i32,
    },
    /// An event alarmed after its peak.
    Late {
        /// Periods from onset to alarm.
        delay: i32,
    },
    /// An event without an alarm until [`LATEST`] periods after its peak.
    Missed,
    /// A trap without an alarm.
    Silent,
    /// A trap that alarmed in this period.
    CriedWolf {
        /// The period.
        period: i32,
    },
}

/// Periods after the peak in which an alarm still belongs to the event.
pub const LATEST: i32 = 4;

impl Known {
    /// Judges it by the periods in which its series alarmed, in any order.
    pub fn outcome(&self, alarms: &[i32]) -> Outcome {
        let first = alarms.iter().copied().filter(|period| self.holds(*period)).min();
        match (self.is_trap, first) {
            (true, None) => Outcome::Silent,
            (true, Some(period)) => Outcome::CriedWolf { period },
            (false, None) => Outcome::Missed,
            (false, Some(period)) if period <= self.peak => Outcome::InTime { delay: period - self.onset },
            (false, Some(period)) => Outcome::Late { delay: period - self.onset },
        }
    }

    /// Whether an alarm in `period` is about it.
    pub fn holds(&self, period: i32) -> bool {
        let latest = if self.is_trap { self.peak } else { self.peak + LATEST };
        (self.onset..=latest).contains(&period)
    }
}

impl Outcome {
    /// Whether it is what one wants.
    pub fn is_good(self) -> bool {
        matches!(self, Self::InTime { .. } | Self::Silent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_want_an_early_alarm_and_traps_none() {
        let event = Known { name: "e".to_owned(), is_trap: false, onset: 10, peak: 12 };
        for (alarms, outcome) in [
            (&[9, 11, 12][..], Outcome::InTime { delay: 1 }),
            (&[12], Outcome::InTime { delay: 2 }),
            (&[16, 13], Outcome::Late { delay: 3 }),
            (&[9, 17], Outcome::Missed),
            (&[], Outcome::Missed),
        ] {
            assert_eq!(event.outcome(alarms), outcome, "{alarms:?}");
        }
        let trap = Known { is_trap: true, ..event };
        assert_eq!(trap.outcome(&[9, 13]), Outcome::Silent);
        assert_eq!(trap.outcome(&[12, 11]), Outcome::CriedWolf { period: 11 });
        assert!(Outcome::Silent.is_good() && !Outcome::Late { delay: 3 }.is_good());
    }
}
