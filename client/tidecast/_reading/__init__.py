"""How files as people have them are read: bytes and what the user says go in, series and remarks come out.

`reading.read` does all of it; the client and the command line take the stages one by one. Each stage is a file,
and what it returns is all that the next one knows::

    bytes ──── file.table_of ──────────────────────────────────────────────────▶ Table
      text.decode          bytes → Text: letters, their encoding, notes
      delimited.cells_of   letters → Cells: rows of texts, the line of the first, the sign between them
      records.from_rows    Cells → Table, by way of
        rows.rows_of             rows without blanks, each with its line
        surroundings.without     rows without titles, comments, other tables, totals and remarks
        headers.names_of         the names of columns, and the rows below them
        numerals.typed           texts → numbers, with marks.without for what stands around these
    Table ──── wide.long_of ───────────────────────────────────────────────────▶ Table with a row per value
    Table ──── placeholders.without ───────────────────────────────────────────▶ Table without -999 and the like
    Table ──── columns.assign ─────────────────────────────────────────────────▶ Roles: id, time, target, columns
      times.with_times     which column holds the times, or which several do (parts.combined), read to ISO 8601
        stamps.style_of          the way in which a column is written, of those in ways.STYLES
        stamps.settle            whether the day comes first, where both can be
        stamps.read              texts → ISO 8601
      keys.with_key        which column tells series apart, where stamps repeat

Other formats enter at `Table`: `sheets` (Excel, whose cells `workbook` reads, by way of `records.from_rows`),
`parquet`, `arrow`, `objects` (JSON, with `charts` for what draws it). What only one kind of file needs is a
row in a table or a function beside its likes: a way of writing times in `ways`, a wide layout in `wide`, a
language in `months`, a zone in `zones`, a unit in `marks`, a word for missing values in `numerals`, a name of
a column in `kinds`.

Nothing is guessed in silence: notes of the `Table` and what `assign` says tell what was read as what. Where a
guess could be wrong an `OpenQuestion` is raised, which names the argument that answers it (`Wanted` holds the
answers). What a file cannot be raises `DataError`, what is larger than `Bounds` allow `TooLarge`. Texts are
in the words of the command line; `words` turns them into those of Python. Nothing is imported but the
standard library, and pyarrow where Parquet or Arrow comes: the server packs this folder under a name of its
own.
"""
