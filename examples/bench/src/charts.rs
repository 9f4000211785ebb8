//! The two pictures, drawn with plotters as SVG. Their background is their own, so that they can be
//! read on a light page and on a dark one.

use std::error::Error;

use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use crate::results::{Kind, Results};
use crate::words::{Language, Words};

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Drawn = Result<(), Box<dyn Error>>;

const PAPER: RGBColor = RGBColor(250, 250, 248);
const INK: RGBColor = RGBColor(40, 44, 52);
const FAINT: RGBColor = RGBColor(216, 218, 222);

/// One for each peer, in the order of the tables; told apart by brightness too.
const COLOURS: [RGBColor; 10] = [
    RGBColor(200, 55, 30),
    RGBColor(20, 90, 170),
    RGBColor(90, 160, 220),
    RGBColor(140, 100, 60),
    RGBColor(60, 64, 72),
    RGBColor(220, 160, 20),
    RGBColor(110, 160, 40),
    RGBColor(20, 120, 80),
    RGBColor(150, 70, 150),
    RGBColor(150, 155, 165),
];

/// The room beside the plot where the names stand.
const NAMES: u32 = 130;

/// Messages a second over connections, a line for each server. `None` if it was not measured.
pub fn messages(results: &Results, words: &Words) -> Result<Option<String>, Box<dyn Error>> {
    let lines = lines(results);
    if lines.is_empty() {
        return Ok(None);
    }
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, (800, 460)).into_drawing_area();
        draw_messages(&area, words, &lines)?;
        area.present()?;
    }
    let highest = |(peer, _, points): &Line| {
        let highest = points.iter().map(|point| point.1).fold(0.0, f64::max);
        format!("{peer} {}", words.number(highest, 0))
    };
    let servers = list(lines.iter().map(highest));
    let (x, y) = (words.connections_axis, words.messages_axis);
    let says = match words.language {
        Language::English => {
            format!("A line for each server. Across: {x}. Up: {y}. Highest: {servers}.")
        }
        Language::German => {
            format!(
                "Eine Linie je Server. Nach rechts: {x}. Nach oben: {y}. Am höchsten: {servers}."
            )
        }
    };
    Ok(Some(titled(&svg, words.messages_picture, &says)))
}

/// The picture with words for those who do not see it.
fn titled(svg: &str, title: &str, says: &str) -> String {
    // A server of one's own may have any name.
    let says = says.replace('&', "&amp;").replace('<', "&lt;");
    let start = svg.find('>').map_or(0, |end| end + 1);
    let words = format!("\n<title>{title}</title>\n<desc>{says}</desc>");
    format!("{}{words}{}", &svg[..start], &svg[start..])
}

fn list(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join("; ")
}

/// A server, its colour, and its points: connections and thousand messages a second.
type Line = (String, RGBColor, Vec<(f64, f64)>);

fn lines(results: &Results) -> Vec<Line> {
    let measures = results.measures(Kind::Busy);
    let line = |(peer, colour): (&String, &RGBColor)| {
        let point = |measure: &crate::results::Measure| {
            let stat = results.stat(*measure, peer, Kind::Busy.main_value())?;
            Some((measure.clients as f64, stat.median / 1e3))
        };
        let mut points: Vec<(f64, f64)> = measures.iter().filter_map(point).collect();
        points.sort_by(|a, b| a.0.total_cmp(&b.0));
        (!points.is_empty()).then(|| (peer.clone(), *colour, points))
    };
    results.peers.iter().zip(COLOURS.iter().cycle()).filter_map(line).collect()
}

fn draw_messages(area: &Area, words: &Words, lines: &[Line]) -> Drawn {
    area.fill(&PAPER)?;
    let points = || lines.iter().flat_map(|(_, _, points)| points);
    let mut counts: Vec<f64> = points().map(|point| point.0).collect();
    counts.sort_by(f64::total_cmp);
    counts.dedup();
    let highest = points().map(|point| point.1).fold(0.0, f64::max);
    // A little room on both sides, also if there is only one number of connections.
    let (first, last) = (counts[0] / 1.2, counts[counts.len() - 1] * 1.2);

    let (plot, names) = area.split_horizontally(800 - NAMES);
    let mut chart = ChartBuilder::on(&plot)
        .caption(words.messages_picture, text(24))
        .margin(14)
        .x_label_area_size(52)
        .y_label_area_size(66)
        .build_cartesian_2d(
            (first..last).log_scale().with_key_points(counts),
            0.0..highest * 1.06,
        )?;
    chart
        .configure_mesh()
        .x_desc(words.connections_axis)
        .y_desc(words.messages_axis)
        .x_label_formatter(&|count| words.number(*count, 0))
        .y_label_formatter(&|count| words.number(*count, 0))
        .label_style(text(20))
        .axis_desc_style(text(20))
        .axis_style(INK)
        .bold_line_style(FAINT)
        .light_line_style(TRANSPARENT)
        .draw()?;
    for (_, colour, points) in lines.iter().rev() {
        let style = colour.stroke_width(2);
        chart.draw_series(LineSeries::new(points.clone(), style))?;
        chart.draw_series(points.iter().map(|&point| Circle::new(point, 4, colour.filled())))?;
    }

    // The names, from the fastest at the end of its line to the slowest, as the lines stand.
    let mut order: Vec<&Line> = lines.iter().collect();
    let end = |line: &Line| line.2.iter().map(|point| point.1).sum::<f64>() / line.2.len() as f64;
    order.sort_by(|a, b| end(b).total_cmp(&end(a)));
    for (i, (peer, colour, _)) in order.into_iter().enumerate() {
        let y = 70 + 26 * i as i32;
        names.draw(&PathElement::new(vec![(4, y), (28, y)], colour.stroke_width(2)))?;
        names.draw(&Circle::new((16, y), 4, colour.filled()))?;
        let middle = text(20).pos(Pos::new(HPos::Left, VPos::Center));
        names.draw(&Text::new(peer.clone(), (36, y), middle))?;
    }
    Ok(())
}

/// Bytes for each silent connection, a bar for each server. `None` if it was not measured.
pub fn memory(results: &Results, words: &Words) -> Result<Option<String>, Box<dyn Error>> {
    let Some(&measure) = results.measures(Kind::Idle).first() else { return Ok(None) };
    let bar = |peer: &String| {
        let stat = results.stat(measure, peer, "silent_bytes")?;
        Some((peer.clone(), stat.median.max(0.0)))
    };
    let bars: Vec<(String, f64)> = results.peers.iter().filter_map(bar).collect();
    let longest = bars.iter().map(|bar| bar.1).fold(1.0, f64::max);
    if bars.is_empty() {
        return Ok(None);
    }
    let height = 112 + 34 * bars.len() as u32;
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, (800, height)).into_drawing_area();
        area.fill(&PAPER)?;
        let mut chart = ChartBuilder::on(&area)
            .caption(words.memory_picture, text(24))
            .margin(14)
            .margin_right(70)
            .x_label_area_size(52)
            .y_label_area_size(92)
            .build_cartesian_2d(0.0..longest, bars.len() as f64..0.0)?;
        chart
            .configure_mesh()
            .disable_y_mesh()
            .y_labels(0)
            .x_labels(6)
            .x_desc(words.memory_axis)
            .x_label_formatter(&|bytes| words.number(*bytes, 0))
            .label_style(text(20))
            .axis_desc_style(text(20))
            .axis_style(INK)
            .bold_line_style(FAINT)
            .light_line_style(TRANSPARENT)
            .draw()?;
        for (i, (peer, bytes)) in bars.iter().enumerate() {
            let top = i as f64;
            let colour = COLOURS[if peer == "genlab" { 0 } else { 1 }];
            let corners = [(0.0, top + 0.2), (*bytes, top + 0.8)];
            chart.draw_series([Rectangle::new(corners, colour.filled())])?;
            // The name on the left of the bar, its length on the right.
            let (left, y) = chart.backend_coord(&(0.0, top + 0.5));
            let (right, _) = chart.backend_coord(&(*bytes, top + 0.5));
            let name = text(20).pos(Pos::new(HPos::Right, VPos::Center));
            area.draw(&Text::new(peer.clone(), (left - 8, y), name))?;
            let number = text(20).pos(Pos::new(HPos::Left, VPos::Center));
            area.draw(&Text::new(words.number(*bytes, 0), (right + 8, y), number))?;
        }
        area.present()?;
    }
    let servers = list(bars.iter().map(|(peer, n)| format!("{peer} {}", words.number(*n, 0))));
    let unit = words.memory_axis;
    let says = match words.language {
        Language::English => format!("A bar for each server. In {unit}: {servers}."),
        Language::German => format!("Ein Balken je Server. In {unit}: {servers}."),
    };
    Ok(Some(titled(&svg, words.memory_picture, &says)))
}

fn text<'a>(size: i32) -> TextStyle<'a> {
    ("sans-serif", size).into_text_style(&(800, 460)).color(&INK)
}
