// Runs before the first paint, so that a chosen theme does not flash. The modules are in main.js.
try {
  const theme = localStorage.getItem('tracetide.theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.setAttribute('data-theme', theme);
} catch {
  // Storage is forbidden: the theme of the system.
}
