# --- words ---

function after(text, times) { # the text behind so many words
    while (times-- > 0) { sub(/^[^ ]*/, "", text); sub(/^ /, "", text) }
    return text
}
function squeezed(text) { gsub(/[ \t]+/, " ", text); sub(/^ /, "", text); sub(/ $/, "", text); return text }
function kind(key) { return substr(key, 1, index(key " ", " ") - 1) }
function value_of(name_of, text) { # the word behind this one, "" if there is none
    text = " " text " "
    if (!index(text, " " name_of " ")) return ""
    text = substr(text, index(text, " " name_of " ") + length(name_of) + 2)
    return substr(text, 1, index(text, " ") - 1)
}
function is_ipv4(text) { return text ~ /^[0-9]+[.][0-9]+[.][0-9]+[.][0-9]+$/ }
function bare(address) { sub(/\/.*/, "", address); return address }
function word(text, n, i, piece, quoted) { # as one word of a shell
    if (text ~ /^[A-Za-z0-9_@%+=:,.\/-]+$/) return text
    n = split(text, piece, apostrophe)
    quoted = piece[1]
    for (i = 2; i <= n; i++) quoted = quoted apostrophe "\\" apostrophe apostrophe piece[i]
    return apostrophe quoted apostrophe
}
function words(text, n, i, piece, quoted) {
    n = split(text, piece, " ")
    for (i = 1; i <= n; i++) quoted = quoted (i > 1 ? " " : "") word(piece[i])
    return quoted
}
function sort(list, n, gap, i, j, item) {
    for (gap = int(n / 2); gap > 0; gap = int(gap / 2))
        for (i = gap + 1; i <= n; i++) {
            item = list[i]
            for (j = i; j > gap && list[j - gap] "" > item ""; j -= gap) list[j] = list[j - gap]
            list[j] = item
        }
}
