//! `raiz watch forecast`: what the next weeks of a series are expected to bring.

use anyhow::bail;
use clap::Args;

use super::events::parse_node;
use super::names::Names;
use crate::cli::Outcome;
use crate::config::Config;
use crate::domain::counts::Node;
use crate::pipeline::Pipeline;
use crate::pipeline::forecast::MOST_WEEKS;
use crate::store::Clock;

#[derive(Args)]
pub(in crate::cli) struct Forecast {
    /// The series, as dimension/key: all, product_area/cards, cluster/ID, region/NAME
    #[arg(value_name = "SERIES", value_parser = parse_node)]
    series: Node,
    /// Weeks ahead, 1 to 4
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u8).range(1..=4))]
    weeks: u8,
    /// Say how likely more than so many come in; without it, the highest week of the last year
    #[arg(long, value_name = "COMPLAINTS")]
    limit: Option<u64>,
}

impl Forecast {
    pub(super) async fn run(self, config: Config) -> anyhow::Result<Outcome> {
        let Self { series, weeks, limit } = self;
        let pipeline = Pipeline::open(&config, Clock::System).await?;
        let weeks = usize::from(weeks).min(MOST_WEEKS);
        let Some(outlook) = pipeline.outlook(&series, weeks, limit).await? else {
            bail!(
                "cannot tell: {}/{} has too few complete weeks or complaints",
                series.dimension.name(),
                series.key
            );
        };
        let names = Names::read(&pipeline).await?;
        println!("{}", names.of(&series));
        for week in &outlook.weeks {
            let (low, high) = week.interval;
            println!(
                "{}  {:.1} expected, {low} to {high} four times in five; more than {}: {:.1} %",
                week.week.first_day(),
                week.expected,
                outlook.limit,
                100.0 * week.chance_above
            );
        }
        pipeline.store.close().await;
        Ok(Outcome::Done)
    }
}
