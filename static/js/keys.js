// Which key was meant, for all scripts that take keys: keyOf(event).
// A letter is a letter with Caps Lock, too. Where the keyboard writes another script (Cyrillic, Greek, Hebrew …) the place
// of the key counts. Signs that are written with AltGr, or with Option on a Mac, are signs and no commands.

const PLACES = { BracketLeft: "[", BracketRight: "]", Slash: "/" };
const isMac = navigator.platform.startsWith("Mac");

function isCommand(event) {
  if (event.metaKey) return true;
  if (event.getModifierState("AltGraph")) return false;
  const writes = isMac && event.altKey && !event.ctrlKey && /^[^\p{L}\p{N}]$/u.test(event.key);
  return (event.ctrlKey || event.altKey) && !writes;
}

function onThisPlace(event) {
  return /^Key[A-Z]$/.test(event.code) ? event.code.at(-1).toLowerCase() : (PLACES[event.code] ?? event.key);
}

// The letter that was meant, with Shift or without; empty where it is none, and for commands such as Ctrl+C.
export function letterOf(event) {
  if (isCommand(event) || !/^\p{L}$/u.test(event.key)) return "";
  return /^\p{Script=Latin}$/u.test(event.key) ? event.key.toLowerCase() : onThisPlace(event);
}

// The key's name as event.key has it, letters small; empty for commands such as Ctrl+C, and for letters with Shift.
export function keyOf(event) {
  if (isCommand(event)) return "";
  if (event.code === "Digit1" && event.key === "&") return "1"; // French keyboards write digits with Shift
  if (!/^\p{L}$/u.test(event.key)) return event.key;
  return event.shiftKey ? "" : letterOf(event);
}
