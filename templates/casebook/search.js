// Search and filters within this page. The page is complete without them, and nothing leaves it.
(() => {
  const box = document.getElementById("search");
  const main = document.getElementById("main");
  const field = box.querySelector("input");
  const choices = [...box.querySelectorAll("select")];
  const clear = box.querySelector("button");
  const status = box.querySelector("[role=status]");
  const UNITS = "tbody tr, .board > li, .items li, .prose > p, .callout";

  // As `casebook find` folds: small letters, æ, ø and å as ae, oe and aa, no accents.
  const fold = text => text.toLowerCase()
    .replaceAll("æ", "ae").replaceAll("ø", "oe").replaceAll("å", "aa")
    .normalize("NFKD").replace(/\p{M}/gu, "");
  const facetsOf = element => JSON.parse(element.dataset.facets || "null") || {};

  // What is found or hidden as one: a row, a lesson, a point of a list, a whole figure.
  const unit = element =>
    ({ element, text: fold(element.textContent), facets: facetsOf(element) });
  const unitsOf = block => {
    const within = block.matches("figure") ? [] : [...block.querySelectorAll(UNITS)];
    return (within.length ? within : [block]).map(unit);
  };

  // The blocks of a section, those too that are folded away at its end.
  const blocksOf = section => [...section.children].flatMap(element =>
    element.matches("details.blocks") ? blocksOf(element) : element.matches("h2, summary") ? [] : [element]);

  // A question and the tables that answer it are one group; every other block is its own.
  const groupsOf = part => {
    const groups = [];
    for (const element of part.matches("section") ? blocksOf(part) : [part]) {
      const block = { element, units: unitsOf(element) };
      const leadIn = element.querySelector(".lead-in");
      const last = groups.at(-1);
      if (leadIn || !last?.head) {
        groups.push({ head: leadIn && fold(leadIn.textContent), blocks: [block] });
      } else {
        last.blocks.push(block);
      }
    }
    return groups;
  };
  const parts = [...main.querySelectorAll(".text > *, .aside > *")]
    .map(element => ({ element, groups: groupsOf(element) }));

  const showGroup = (group, found, active) => {
    const whole = !active.filter && group.head && active.has(group.head);
    const hits = new Set(group.blocks.flatMap(block => block.units.filter(found)));
    const shown = !active.any || whole || hits.size > 0;
    group.blocks.forEach(({ element, units }, at) => {
      const question = group.head && group.blocks.length > 1 && at === 0;
      const all = !active.any || whole || (shown && question);
      for (const one of units) one.element.hidden = !all && !hits.has(one);
      element.hidden = !shown || units.every(one => one.element.hidden);
    });
    return whole ? Math.max(1, hits.size) : hits.size;
  };

  // What is folded away unfolds for a search; a table or a fold with nothing in it goes.
  const tables = [...main.querySelectorAll("section > .table table, details.blocks > .table table")];
  const names = [...main.querySelectorAll("details.names")];
  const rests = [...main.querySelectorAll("details.rest")];
  const unfold = active => {
    for (const element of [...tables, ...rests]) element.hidden = false;
    for (const rest of rests) rest.open = active;
    if (!active) return;
    const empty = element => [...element.querySelectorAll("tbody tr, li, figure, p")]
      .every(one => one.closest("[hidden]"));
    for (const element of [...rests, ...tables].filter(empty)) element.hidden = true;
  };

  const update = () => {
    const words = fold(field.value).match(/[\p{L}\p{N}]+/gu) || [];
    const wanted = choices.filter(choice => choice.value);
    const has = text => words.length > 0 && words.every(word => text.includes(word));
    const active = { any: words.length + wanted.length > 0, filter: wanted.length > 0, has };
    const found = one => (words.length === 0 || has(one.text))
      && wanted.every(choice => one.facets[choice.name]?.includes(choice.value));
    let hits = 0;
    for (const part of parts) {
      for (const group of part.groups) hits += showGroup(group, found, active);
      part.element.hidden = part.groups.every(group => group.blocks.every(b => b.element.hidden));
    }
    unfold(active.any);
    for (const one of names) {
      const text = fold(one.textContent);
      one.open = words.some(word => text.includes(word));
    }
    for (const link of document.querySelectorAll(".contents a")) {
      link.parentElement.hidden = document.getElementById(link.hash.slice(1)).hidden;
    }
    const said = hits === 0 ? "none" : hits === 1 ? "one" : "many";
    status.textContent = active.any ? status.dataset[said].replace("#", hits) : "";
    clear.hidden = !active.any;
  };

  const facets = parts.flatMap(part => part.groups).flatMap(group => group.blocks)
    .flatMap(block => block.units).map(one => one.facets);
  for (const choice of choices) {
    const values = new Set(facets.flatMap(one => one[choice.name] || []));
    const inOrder = [...values].sort((a, b) => a.localeCompare(b, document.documentElement.lang));
    choice.append(...inOrder.map(value => new Option(value)));
    choice.closest("label").hidden = values.size < 2;
    choice.addEventListener("change", update);
  }
  field.addEventListener("input", update);
  clear.addEventListener("click", () => {
    for (const control of [field, ...choices]) control.value = "";
    update();
    field.focus();
  });
  box.hidden = false;
  update();
})();
