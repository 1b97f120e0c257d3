// Bring out the buttons that copy the address beside them. Without this file the address stands in a field all the same.
"use strict";

const FEEDBACK_MS = 2000;

for (const button of document.querySelectorAll(".address button")) {
  const [copy, copied] = button.children;
  const field = button.parentElement.querySelector("input");
  button.hidden = false;
  button.setAttribute("aria-label", `${copy.textContent}: ${field.getAttribute("aria-label")}`);
  button.addEventListener("click", async () => {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      document.execCommand("copy"); // where the page came without TLS there is no clipboard
    }
    copy.hidden = true;
    copied.hidden = false;
    document.getElementById("said").textContent = copied.textContent;
    setTimeout(() => {
      copy.hidden = false;
      copied.hidden = true;
      document.getElementById("said").textContent = "";
    }, FEEDBACK_MS);
  });
}
