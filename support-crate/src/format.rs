//! One place that turns numbers into text: durations, bytes, ratios with intervals, counts.
