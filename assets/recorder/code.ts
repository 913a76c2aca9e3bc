const APART: Readonly<Record<string, string>> = {
  Ø: "O", Ł: "L", Đ: "D", Ð: "D", Þ: "TH", Æ: "AE", Œ: "OE", ẞ: "SS", ß: "SS", İ: "I", ı: "I", Ħ: "H", Ŋ: "N", Ŧ: "T",
};

/** As the server writes a code (rules/client_code.py): upper case, without accents, spaces or punctuation. */
export function normalised(code: string): string {
  const fold = (text: string): string => [...text].map((letter) => APART[letter] ?? letter).join("");
  return [...fold(fold(code).toUpperCase()).normalize("NFKD")].filter((one) => /[\p{L}\p{N}]/u.test(one)).join("").toUpperCase();
}

/** A code that cannot be right is said at once, while the person still stands there. The server decides. */
export function isLikely(code: string, pattern: string): boolean {
  try {
    return new RegExp(`^(?:${pattern})$`, "u").test(normalised(code));
  } catch {
    // a rule that this browser does not read is the server's alone
    return true;
  }
}
