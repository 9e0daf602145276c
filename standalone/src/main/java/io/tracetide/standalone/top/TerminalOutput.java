package io.tracetide.standalone.top;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A terminal: the screen is redrawn in place, on the alternate screen, and the key q ends it. The
 * settings of the terminal are restored at the end, also after Ctrl-C.
 */
public final class TerminalOutput implements TopOutput {
  private static final String ENTER = "\u001b[?1049h\u001b[?25l";
  private static final String LEAVE = "\u001b[0m\u001b[?25h\u001b[?1049l";
  private static final String HOME = "\u001b[H";
  private static final String LINE_END = "\u001b[0m\u001b[K\r\n";
  private static final String BELOW = "\u001b[J";

  private final PrintStream out;
  private final String settings;
  private final Thread restore = new Thread(this::leave, "restore-terminal");
  private volatile boolean over;
  private boolean left;
  private int columns = 80;
  private int rows = 24;

  private TerminalOutput(PrintStream out, InputStream keys, String settings) {
    this.out = out;
    this.settings = settings;
    Thread reader = new Thread(() -> read(keys), "keys");
    reader.setDaemon(true);
    reader.start();
  }

  /** Takes over the terminal of this process; empty when there is none that can be set. */
  public static Optional<TopOutput> open(PrintStream out, InputStream keys) {
    Optional<String> settings = stty("-g");
    if (settings.isEmpty() || stty("-icanon -echo min 1").isEmpty()) {
      return Optional.empty();
    }
    TerminalOutput terminal = new TerminalOutput(out, keys, settings.get());
    Runtime.getRuntime().addShutdownHook(terminal.restore);
    out.print(ENTER);
    terminal.measure();
    return Optional.of(terminal);
  }

  private void read(InputStream keys) {
    try {
      for (int key = keys.read(); key >= 0; key = keys.read()) {
        if (key == 'q' || key == 'Q') {
          over = true;
          return;
        }
      }
    } catch (IOException e) {
      // No more keys; Ctrl-C ends it.
    }
  }

  private void measure() {
    String[] size = stty("size").orElse("").split(" ", -1);
    if (size.length == 2 && size[0].matches("[1-9]\\d{0,4}") && size[1].matches("[1-9]\\d{0,4}")) {
      rows = Integer.parseInt(size[0]);
      columns = Integer.parseInt(size[1]);
    }
  }

  @Override
  public int columns() {
    return columns;
  }

  /** One line less than the terminal has, so that it never scrolls. */
  @Override
  public int rows() {
    return Math.max(2, rows - 1);
  }

  @Override
  public synchronized void show(List<TopTable.Line> lines) {
    if (left) {
      return;
    }
    StringBuilder screen = new StringBuilder(HOME);
    for (TopTable.Line line : lines.subList(0, Math.min(lines.size(), rows()))) {
      screen.append(colour(line.status())).append(line.text()).append(LINE_END);
    }
    out.print(screen.append(BELOW));
    out.flush();
    measure(); // For the next screen, in case the window has changed.
  }

  private static String colour(String status) {
    return switch (status) {
      case "critical", "trouble" -> "\u001b[31m";
      case "degraded", "silent" -> "\u001b[33m";
      default -> "";
    };
  }

  @Override
  public boolean isOver() {
    return over;
  }

  private synchronized void leave() {
    if (!left) {
      left = true;
      out.print(LEAVE);
      out.flush();
      stty(settings);
    }
  }

  @Override
  public void close() {
    leave();
    try {
      Runtime.getRuntime().removeShutdownHook(restore);
    } catch (IllegalStateException e) {
      // The process is ending, and the hook runs.
    }
  }

  /** Runs stty on the terminal; its output, empty when it fails. */
  private static Optional<String> stty(String arguments) {
    try {
      Process process =
          new ProcessBuilder("sh", "-c", "stty " + arguments + " < /dev/tty")
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return process.waitFor(2, TimeUnit.SECONDS) && process.exitValue() == 0
          ? Optional.of(text.strip())
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
