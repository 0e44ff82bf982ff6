//! A chart of the latency of other requests while many clients log in.

use plotters::prelude::*;

use super::{
    Outcome,
    load::{Timed, percentile},
};

const SIZE: (u32, u32) = (800, 320);
const MEDIAN: RGBColor = RGBColor(31, 119, 180);
const SLOWEST: RGBColor = RGBColor(214, 39, 40);

/// The median and the 99th percentile of each second as SVG, with the time of the load shaded.
#[expect(clippy::cast_precision_loss, reason = "a few seconds")]
pub fn of_load(timed: &[Timed], load: (u64, u64), end: u64) -> Outcome<String> {
    let of_each_second = |percent: f64| -> Vec<(f64, f64)> {
        let within =
            |second: u64| timed.iter().filter(move |one| (second as f64..second as f64 + 1.0).contains(&one.at));
        let at = |second| {
            let took: Vec<f64> = within(second).map(|one| one.took).collect();
            (!took.is_empty()).then(|| (second as f64 + 0.5, percentile(&took, percent)))
        };
        (1..end).filter_map(at).collect()
    };
    let (median, slowest) = (of_each_second(50.0), of_each_second(99.0));
    let highest = slowest.iter().map(|(_, took)| *took).fold(10.0, f64::max) * 1.1;

    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, SIZE).into_drawing_area();
        area.fill(&WHITE)?;
        let mut chart = ChartBuilder::on(&area)
            .margin(12)
            .x_label_area_size(36)
            .y_label_area_size(48)
            .build_cartesian_2d(0.0..end as f64, 0.0..highest)?;
        chart
            .configure_mesh()
            .disable_x_mesh()
            .light_line_style(WHITE)
            .x_desc("seconds; in the grey area, 500 clients log in repeatedly")
            .y_desc("profile, ms")
            .draw()?;
        let shade = [(load.0 as f64, 0.0), (load.1 as f64, highest)];
        chart.draw_series([Rectangle::new(shade, BLACK.mix(0.08).filled())])?;
        for (name, color, series) in [("99th percentile", SLOWEST, slowest), ("median", MEDIAN, median)] {
            chart
                .draw_series(LineSeries::new(series, color.stroke_width(2)))?
                .label(name)
                .legend(move |(x, y)| PathElement::new([(x, y), (x + 16, y)], color.stroke_width(2)));
        }
        chart.configure_series_labels().background_style(WHITE.mix(0.8)).border_style(BLACK.mix(0.2)).draw()?;
        area.present()?;
    }
    Ok(svg)
}
