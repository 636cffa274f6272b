#!/usr/bin/env bash
# Makes the font files beside this script. Needed only when the set of characters changes.
# usage: subset.sh INTER_DIR
#   INTER_DIR  holds Inter-Regular.otf and Inter-SemiBold.otf (Debian package fonts-inter)
# needs: pip install fonttools==4.68.0 brotli==1.2.1
set -euo pipefail
inter=$1
here=$(cd "$(dirname "$0")" && pwd)
# Latin with Latin-1 and Extended-A, Greek, Cyrillic, punctuation, superscripts, currency, letter-like, arrows, maths, shapes, marks.
full="U+0020-007E,U+00A0-017F,U+02C6-02DD,U+0370-03FF,U+0400-045F,U+2010-2027,U+202F-203A,U+2070-209C,U+20AC,U+2100-214F"
full+=",U+2150-215E,U+2190-21FF,U+2200-22FF,U+2300-2328,U+2460-2473,U+25A0-25FF,U+2605-2606,U+2713-2717,U+FFFD"
# What the figures themselves write: embedded in every SVG, so kept small.
core="U+0020-007E,U+00A0,U+00B0-00B3,U+00B5,U+00B7,U+00B9,U+00D7,U+03BC,U+2013,U+2014,U+2018,U+2019,U+201C,U+201D,U+2022,U+2026"
core+=",U+2070,U+2074-2079,U+2190-2193,U+2212,U+2248,U+2264,U+2265,U+221E,U+2713,U+2717"
options=(--layout-features= --no-hinting --name-IDs=0,13 --notdef-outline --drop-tables+=GPOS,GSUB,GDEF,BASE,STAT,DSIG,meta)
bold="U+0020-007E,U+00B5,U+00B7,U+00D7,U+2013,U+2014,U+2019,U+2026"
for weight in Regular SemiBold; do
    pyftsubset "$inter/Inter-$weight.otf" --unicodes="$full" "${options[@]}" --output-file="$here/Inter-$weight.otf"
done
embed() { pyftsubset "$inter/Inter-$1.otf" --unicodes="$2" "${options[@]}" --flavor=woff2 --output-file="$here/Inter-$1-core.woff2"; }
embed Regular "$core"
embed SemiBold "$bold"
