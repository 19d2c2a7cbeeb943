#!/bin/sh
# fenced.sh FILE
#
# Prints a text as a code block of Markdown, in which GitHub obeys nothing: no mention, no link, no picture, no tag. Only
# the end of the block would act, so the fence is longer than any run of backticks in the text. What nobody sees, or
# what turns the direction of a line, is left out, and so is what a comment has no room for.
set -eu

tr -d '\000-\010\013-\037\177' <"$1" | LC_ALL=C awk -v most=50000 '
  {
    gsub(/\342\200[\216\217\252-\256]|\342\201[\246-\251]/, "")
    size += length($0) + 1
    if (size > most) { cut = 1; exit }
    for (rest = $0; match(rest, /`+/); rest = substr(rest, RSTART + RLENGTH)) if (RLENGTH > longest) longest = RLENGTH
    text = text $0 "\n"
  }
  END {
    fence = "```"
    while (length(fence) <= longest) fence = fence "`"
    printf "%stext\n%s%s\n", fence, text, fence
    if (cut) print "\nThe rest has no room here: the log of the run has all of it."
  }'
