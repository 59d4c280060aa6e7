// What servers and models say in a clause, as a sentence.

/** A clause with a capital and a full stop; "" stays "". */
export const asSentence = (clause = "") => {
  if (!clause) return "";
  return `${clause.charAt(0).toUpperCase()}${clause.slice(1)}${clause.endsWith(".") ? "" : "."}`;
};
