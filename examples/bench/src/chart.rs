//! The picture of the book. It has a background of its own, for light pages and for dark ones.

use anyhow::Context;
use plotters::prelude::*;

use crate::results::{Kind, Results, three_digits};

/// One for each server, in the order of the tables; told apart by brightness too.
const COLOURS: [u32; 9] =
    [0xc8371e, 0x145aaa, 0x5aa0dc, 0x8c643c, 0x3c4048, 0xdca014, 0x6ea028, 0x147850, 0x964696];

/// A line for each server: thousand messages a second over connections. The page has the words for
/// both, with a comma between them.
pub fn draw(results: &Results, words: &str) -> anyhow::Result<String> {
    let (upright, across) =
        words.split_once(", ").context("the words for the picture have no comma")?;
    let mut lines: Vec<(&str, Vec<(f64, f64)>)> = Vec::new();
    for run in results.runs.iter().filter(|run| run.measure.kind == Kind::Busy) {
        let Some([median, ..]) = run.stat("messages_per_s") else { continue };
        let point = (run.measure.clients as f64, median / 1e3);
        match lines.iter_mut().find(|line| line.0 == run.peer) {
            Some(line) => line.1.push(point),
            None => lines.push((&run.peer, vec![point])),
        }
    }
    let highest = |points: &[(f64, f64)]| points.iter().map(|point| point.1).fold(0.0, f64::max);
    let top = lines.iter().map(|line| highest(&line.1)).fold(0.0, f64::max);
    let mut counts: Vec<f64> = lines.iter().flat_map(|line| &line.1).map(|point| point.0).collect();
    counts.sort_by(f64::total_cmp);
    counts.dedup();
    let first = *counts.first().context("nobody was busy")?;
    // Room for the names on the right.
    let width = (first / 1.2..counts[counts.len() - 1] * 9.0).log_scale().with_key_points(counts);

    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, (800, 460)).into_drawing_area();
        area.fill(&WHITE)?;
        let text = ("sans-serif", 20).into_text_style(&area).color(&BLACK);
        let mut chart = ChartBuilder::on(&area)
            .margin(14)
            .x_label_area_size(58)
            .y_label_area_size(74)
            .build_cartesian_2d(width, 0.0..top * 1.06)?;
        chart
            .configure_mesh()
            .x_desc(across)
            .y_desc(upright)
            .x_label_formatter(&|count| count.to_string())
            .y_label_formatter(&|count| count.to_string())
            .label_style(text.clone())
            .axis_desc_style(text.clone())
            .axis_style(BLACK)
            .bold_line_style(BLACK.mix(0.15))
            .light_line_style(TRANSPARENT)
            .draw()?;
        for ((peer, points), colour) in lines.iter().zip(COLOURS.iter().cycle()) {
            let [_, red, green, blue] = colour.to_be_bytes();
            let colour = RGBColor(red, green, blue);
            let line =
                LineSeries::new(points.clone(), colour.filled().stroke_width(2)).point_size(4);
            let sample =
                move |(x, y)| PathElement::new([(x, y), (x + 22, y)], colour.stroke_width(4));
            chart.draw_series(line)?.label(*peer).legend(sample);
        }
        chart.configure_series_labels().label_font(text).legend_area_size(30).draw()?;
        area.present()?;
    }
    // For those who do not see it. A server of one's own has a name of letters and digits only.
    let says =
        lines.iter().map(|(peer, points)| format!("{peer} {}", three_digits(highest(points))));
    let says = says.collect::<Vec<_>>().join("; ");
    let start = svg.find('>').map_or(0, |end| end + 1);
    svg.insert_str(start, &format!("\n<title>{words}</title>\n<desc>{says}</desc>"));
    Ok(svg)
}
