document.getElementById("asked").textContent =
  "The script and " + document.styleSheets[0].cssRules.length + " rules of style came, too.";
