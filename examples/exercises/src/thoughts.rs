//! What others had thought who saw the same.

/// Made from the wrong answers in `tests/exercises/answers` by the test there, which also holds that
/// it is up to date. Lines: the exercise, the symptoms, and under each symptom thoughts in English
/// and in German.
const THOUGHTS: &str = include_str!("thoughts.txt");

/// At most so many are told.
const MOST: usize = 3;

/// The thoughts behind a symptom, in English and in German: of those who saw exactly this, or, if
/// nobody did, of those who saw something like it.
pub(crate) fn thoughts(exercise: &str, symptom: &str) -> Vec<(&'static str, &'static str)> {
    let of_exercise = THOUGHTS.split("\n= ").find_map(|text| text.strip_prefix(exercise));
    let symptoms = of_exercise.unwrap_or_default().split("\n? ").skip(1);
    let all: Vec<_> = symptoms.filter_map(|text| text.split_once('\n')).collect();
    // A complaint is a line, and perhaps what is expected and what was found instead.
    let kind = |symptom: &str| {
        symptom.split("\\n").next().map(|line| line.trim_end_matches('"').to_string())
    };
    let exact = all.iter().filter(|(other, _)| *other == symptom);
    let alike = all.iter().filter(|(other, _)| kind(other) == kind(symptom));
    let found: Vec<_> =
        if exact.clone().next().is_some() { exact.collect() } else { alike.collect() };
    let mut thoughts = Vec::new();
    for (_, text) in found {
        let lines: Vec<_> = text.lines().collect();
        for pair in lines.chunks_exact(2) {
            let thought = (pair[0].trim_start_matches("en: "), pair[1].trim_start_matches("de: "));
            if !thoughts.contains(&thought) && thoughts.len() < MOST {
                thoughts.push(thought);
            }
        }
    }
    thoughts
}
