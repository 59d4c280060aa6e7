// What the letters of a text may be written in: names as Python knows them, and what people write with them.

export const ENCODINGS = [
  ["utf-8", "UTF-8"],
  ["utf-16", "UTF-16"],
  ["cp1252", "Western Europe (Windows-1252)"],
  ["iso8859-15", "Western Europe (ISO 8859-15)"],
  ["cp850", "Western Europe (DOS 850)"],
  ["mac-roman", "Western Europe (Macintosh)"],
  ["cp1250", "Central Europe (Windows-1250)"],
  ["iso8859-2", "Central Europe (ISO 8859-2)"],
  ["cp1257", "Baltic (Windows-1257)"],
  ["cp1251", "Cyrillic (Windows-1251)"],
  ["koi8-r", "Cyrillic (KOI8-R)"],
  ["cp1253", "Greek (Windows-1253)"],
  ["cp1254", "Turkish (Windows-1254)"],
  ["cp1255", "Hebrew (Windows-1255)"],
  ["cp1256", "Arabic (Windows-1256)"],
  ["gb18030", "Chinese (GB 18030)"],
  ["big5", "Chinese (Big5)"],
  ["shift_jis", "Japanese (Shift JIS)"],
  ["euc_jp", "Japanese (EUC)"],
  ["cp949", "Korean (949)"],
];
