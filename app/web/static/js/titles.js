// The titles of models, as the catalog has them.

/** Titles by name, of the models of a kind such as "forecaster". */
export const modelTitles = (catalog, kind) => new Map((catalog?.[kind] ?? []).map(({ name, title }) => [name, title]));

/** The title of a model; a name stands for itself where there is none. */
export const modelTitle = (catalog, kind, name) => modelTitles(catalog, kind).get(name) ?? name;
