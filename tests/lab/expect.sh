# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2154
# What a scene's verify function may call. Each looks at the record of the boot in $result and
# reports what it misses; a scene passes when nothing was reported.

# Record rows, cells between unit separators, a line a row; the guard quote is taken off.
rows() {
	[ -s "$result/record.csv" ] || miss "no record"
	awk -v want="$1" '
	BEGIN { US = sprintf("%c", 31); guard = "^\047[=+@\t\r\047-]" }
	function cell() {
		if (text ~ guard)
			text = substr(text, 2)
		row = n++ ? row US text : text
		if (n == 1)
			kind = text
		text = ""
	}
	function end() {
		cell()
		if (kind == want)
			print row
		n = 0
		row = ""
	}
	{
		if (quoted)
			text = text " "
		for (i = 1; i <= length($0); i++) {
			c = substr($0, i, 1)
			if (c != "\"" && (quoted || c != ","))
				text = text c
			else if (c == ",")
				cell()
			else if (quoted && substr($0, i + 1, 1) == "\"") {
				text = text c
				i++
			} else
				quoted = !quoted
		}
		if (!quoted)
			end()
	}' "$result/record.csv" 2>/dev/null
}

# find_row KIND CONDITION: awk's condition over the columns' names, and name = value pairs.
find_row() {
	local kind=$1 condition=$2
	shift 2
	rows "$kind" | awk -F "$(printf '\037')" "$@" '
	{ id = $4; subject = $5; mode = $6; verdict = $7; value = $8; text = $10; source = $11 }
	'"$condition"' { print (found = $0); exit }
	END { exit found == "" }'
}

say_row() { tr '\037' ' ' | tr -s ' '; }

miss() { echo "$(basename "$result"): $*" >>"$misses"; }

expect_cause() {
	local got
	find_row cause 'value == rank && id == want' -v rank="$1" -v want="$2" >/dev/null && return
	got=$(find_row cause 'value == rank' -v rank="$1" | say_row)
	miss "cause $1 should be $2, is: ${got:-none}"
}

expect_no_cause() {
	local got
	got=$(find_row cause 'id == want' -v want="$1" | say_row)
	[ -z "$got" ] || miss "should not be a cause: $got"
}

# expect_verdict ID VERDICT [SUBJECT]
expect_verdict() {
	local got
	find_row finding 'id == want && verdict == v && (s == "" || subject == s)' \
		-v want="$1" -v v="$2" -v s="${3-}" >/dev/null && return
	got=$(find_row finding 'id == want && (s == "" || subject == s)' -v want="$1" -v s="${3-}" |
		say_row)
	miss "$1 ${3-} should be $2, is: ${got:-not in the record}"
}

# expect_evidence ID REGEX: the finding names the file, or quotes the line, that says so.
expect_evidence() {
	local got
	find_row finding 'id == want && (source " " text) ~ re' \
		-v want="$1" -v re="$2" >/dev/null && return
	got=$(find_row finding 'id == want' -v want="$1" | say_row)
	miss "$1 should quote /$2/: ${got:-not in the record}"
}

# expect_fact ID SUBJECT REGEX: one of the facts of that name says so.
expect_fact() {
	local got
	find_row fact 'id == want && subject == s && value ~ re' \
		-v want="$1" -v s="$2" -v re="^($3)\$" >/dev/null && return
	got=$(find_row fact 'id == want && subject == s' -v want="$1" -v s="$2" | say_row)
	miss "fact $1 of $2 should be $3, is: ${got:-not in the record}"
}

expect_no_fact() {
	local got
	got=$(find_row fact 'id == want' -v want="$1" | say_row)
	[ -z "$got" ] || miss "should not be a fact: $got"
}

# expect_ready ADDRESS MODE READINESS
expect_ready() {
	local got
	find_row readiness 'subject == s && id == m && verdict == v' \
		-v s="$1" -v m="$2" -v v="$3" >/dev/null && return
	got=$(find_row readiness 'subject == s && id == m' -v s="$1" -v m="$2" | say_row)
	miss "$1 should be $3 for $2, is: ${got:-not in the record}"
}

# expect_exit STATUS [OUTPUT]: of the run for the record, or for text, html, plan, capture.
expect_exit() {
	local got
	got=$(cat "$result/${2-csv}.status" 2>/dev/null)
	[ "$got" = "$1" ] || miss "exit status of ${2-csv} should be $1, is ${got:-missing}"
}

# step_text KIND: what the plan's step says.
step_text() { find_row step 'id == want' -v want="$1" | awk -F "$(printf '\037')" '{ print $10 }'; }

# What holds for every scene: all forms agree, and the capture and the report were written.
expect_sound() {
	local file
	expect_exit "$(cat "$result/csv.status")" text
	expect_exit "$(cat "$result/csv.status")" html
	expect_exit 0 plan
	expect_exit 0 capture
	for file in record.csv report.html lab.machine text.out; do
		[ -s "$result/$file" ] || miss "$file is missing or empty"
	done
	grep -q '</html>' "$result/report.html" 2>/dev/null || miss "report.html is cut off"
	bash -n "$result/plan.out" 2>/dev/null || miss "the plan is no shell script"
	expect_same_from_capture
}

# The capture, examined here, gives the rows and the text that the guest gave of itself; only where
# they were read from differs.
expect_same_from_capture() {
	local options
	read -ra options <"$result/args" || { miss "no args"; return; }
	replay csv replay.csv
	replay text replay.txt
	expect_same "$result/text.out" <(grep -vx 'Read from lab.machine' "$result/replay.txt")
	expect_same <(grep -v '^"meta"' "$result/record.csv") <(grep -v '^"meta"' "$result/replay.csv")
}

replay() (cd "$result" && "$doctor" --root lab.machine "${options[@]}" --format "$1" -o "$2")

expect_same() {
	local differs
	differs=$(diff "$1" "$2" | grep -m 1 '^[<>]')
	[ -z "$differs" ] || miss "the capture replays to something else: $differs"
}
