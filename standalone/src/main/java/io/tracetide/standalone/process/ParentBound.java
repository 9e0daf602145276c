package io.tracetide.standalone.process;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * Runs another class's {@code main} in a JVM that ends with its parent process: standard input is
 * closed when the parent ends, even when it is killed.
 *
 * <p>Arguments: the class to run, then its own arguments.
 */
public final class ParentBound {
  /** Exit code of a program that ended because its parent ended. */
  public static final int PARENT_GONE = 143;

  private static final long PATIENCE_WITH_HOOKS_SECONDS = 20;

  private ParentBound() {}

  public static void main(String[] args) throws Throwable {
    Thread watch = new Thread(ParentBound::endWithParent, "parent-watch");
    watch.setDaemon(true);
    watch.start();
    try {
      Class.forName(args[0])
          .getMethod("main", String[].class)
          .invoke(null, (Object) Arrays.copyOfRange(args, 1, args.length));
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private static void endWithParent() {
    awaitEndOfInput();
    Thread lastResort = new Thread(ParentBound::haltAfterPatience, "parent-watch-halt");
    lastResort.setDaemon(true);
    lastResort.start();
    System.exit(PARENT_GONE);
  }

  @SuppressWarnings("StatementWithEmptyBody") // Bytes from the parent are ignored.
  private static void awaitEndOfInput() {
    try {
      while (System.in.read() != -1) {}
    } catch (IOException e) {
      // A broken pipe means the same as a closed one.
    }
  }

  private static void haltAfterPatience() {
    try {
      TimeUnit.SECONDS.sleep(PATIENCE_WITH_HOOKS_SECONDS);
    } catch (InterruptedException e) {
      // Interrupted: end now.
    }
    Runtime.getRuntime().halt(PARENT_GONE);
  }
}
