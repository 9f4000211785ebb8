//! The picture of the book, drawn with plotters as SVG. Its background is its own, so that it can be
//! read on a light page and on a dark one. Its only words are those that the page has for it.

use std::error::Error;

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use crate::results::{Kind, Results, three_digits};

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

const SIZE: (u32, u32) = (800, 460);

/// The room beside the plot where the names stand.
const NAMES: u32 = 130;

/// A server, its colour, and its points: connections and thousand messages a second.
type Line = (String, RGBColor, Vec<(f64, f64)>);

/// Thousand messages a second over connections, a line for each server, with `title` on top.
pub fn draw(results: &Results, title: &str) -> Result<String, Box<dyn Error>> {
    let lines = lines(results);
    let mut svg = String::new();
    draw_lines(&mut svg, title, &lines)?;
    // For those who do not see it. A server of one's own has a name of letters and digits only.
    let highest = |(peer, _, points): &Line| format!("{peer} {}", three_digits(highest(points)));
    let says: Vec<String> = lines.iter().map(highest).collect();
    let words = format!("\n<title>{title}</title>\n<desc>{}</desc>", says.join("; "));
    let start = svg.find('>').map_or(0, |end| end + 1);
    svg.insert_str(start, &words);
    Ok(svg)
}

fn highest(points: &[(f64, f64)]) -> f64 {
    points.iter().map(|point| point.1).fold(0.0, f64::max)
}

fn lines(results: &Results) -> Vec<Line> {
    let mut measures = results.measures();
    measures.retain(|measure| measure.kind == Kind::Busy);
    measures.sort_by_key(|measure| measure.clients);
    let line = |(peer, colour): (&String, &RGBColor)| {
        let points = measures.iter().filter_map(|measure| {
            let stat = results.stat(&measure.to_string(), peer, "messages_per_s")?;
            Some((measure.clients as f64, stat.0 / 1e3))
        });
        (peer.clone(), *colour, points.collect::<Vec<_>>())
    };
    let lines = results.peers.iter().zip(COLOURS.iter().cycle()).map(line);
    lines.filter(|line| !line.2.is_empty()).collect()
}

fn draw_lines(svg: &mut String, title: &str, lines: &[Line]) -> Result<(), Box<dyn Error>> {
    let area = SVGBackend::with_string(svg, SIZE).into_drawing_area();
    area.fill(&PAPER)?;
    let mut counts: Vec<f64> = lines.iter().flat_map(|line| &line.2).map(|point| point.0).collect();
    counts.sort_by(f64::total_cmp);
    counts.dedup();
    let top = lines.iter().map(|line| highest(&line.2)).fold(0.0, f64::max);
    // A little room on both sides, also if there is only one number of connections.
    let [first, last] = [counts.first(), counts.last()].map(|count| count.copied().unwrap_or(1.0));
    let across = (first / 1.2..last * 1.2).log_scale().with_key_points(counts);

    let (plot, names) = area.split_horizontally(SIZE.0 - NAMES);
    let mut chart = ChartBuilder::on(&plot)
        .caption(title, text(24))
        .margin(14)
        .x_label_area_size(36)
        .y_label_area_size(50)
        .build_cartesian_2d(across, 0.0..top * 1.06)?;
    chart
        .configure_mesh()
        .x_label_formatter(&|count| count.to_string())
        .y_label_formatter(&|count| count.to_string())
        .label_style(text(20))
        .axis_style(INK)
        .bold_line_style(FAINT)
        .light_line_style(TRANSPARENT)
        .draw()?;
    for (_, colour, points) in lines.iter().rev() {
        chart.draw_series(LineSeries::new(points.clone(), colour.stroke_width(2)))?;
        chart.draw_series(points.iter().map(|&point| Circle::new(point, 4, colour.filled())))?;
    }

    // The names, from the fastest to the slowest, as the lines stand.
    let mut order: Vec<&Line> = lines.iter().collect();
    let mean = |line: &Line| line.2.iter().map(|point| point.1).sum::<f64>() / line.2.len() as f64;
    order.sort_by(|a, b| mean(b).total_cmp(&mean(a)));
    for (i, (peer, colour, _)) in order.into_iter().enumerate() {
        let y = 70 + 26 * i as i32;
        names.draw(&PathElement::new(vec![(4, y), (28, y)], colour.stroke_width(2)))?;
        names.draw(&Circle::new((16, y), 4, colour.filled()))?;
        let middle = text(20).pos(Pos::new(HPos::Left, VPos::Center));
        names.draw(&Text::new(peer.clone(), (36, y), middle))?;
    }
    area.present()?;
    Ok(())
}

fn text<'a>(size: i32) -> TextStyle<'a> {
    ("sans-serif", size).into_text_style(&SIZE).color(&INK)
}
