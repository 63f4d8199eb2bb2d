# --- files that are written: each is read back, since not every awk says that a disk is full ---

function put(file, line) {
    if (!(file in lines)) { files[++written] = file; lines[file] = 0; printf "" >file }
    print line >file
    lines[file]++
    bytes[file] += length(line)
}
function is_whole(file, line, n, size) {
    close(file)
    while ((getline line <file) > 0) { n++; size += length(line) }
    close(file)
    return n + 0 == lines[file] && size + 0 == bytes[file] + 0
}
function are_whole(i) {
    for (i = 1; i <= written; i++) if (!is_whole(files[i])) return 0
    return 1
}
function refuse(text) { if (refusal == "") refusal = text }
