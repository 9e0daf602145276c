package io.tracetide.standalone.process;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The command line of a Java program in a child process.
 *
 * @param name for logs and messages
 * @param jvmFlags memory, system properties and the like
 * @param classPath its class path, without this module
 * @param mainClass its main class
 * @param arguments its arguments; visible to every user of the machine, so they must have no
 *     secrets
 * @param javaHome home of the Java that runs it
 */
public record JavaCommand(
    String name,
    List<String> jvmFlags,
    String classPath,
    String mainClass,
    List<String> arguments,
    Path javaHome) {

  public JavaCommand {
    jvmFlags = List.copyOf(jvmFlags);
    arguments = List.copyOf(arguments);
  }

  /** A program that runs on the Java of this process. */
  public JavaCommand(
      String name,
      List<String> jvmFlags,
      String classPath,
      String mainClass,
      List<String> arguments) {
    this(name, jvmFlags, classPath, mainClass, arguments, ownJava());
  }

  /** The same program on another Java. */
  public JavaCommand on(Path otherJavaHome) {
    return new JavaCommand(name, jvmFlags, classPath, mainClass, arguments, otherJavaHome);
  }

  /** Home of the Java that runs this process. */
  public static Path ownJava() {
    return Path.of(System.getProperty("java.home"));
  }

  /** The jar or directory that this class was loaded from. */
  public static Path ownCode() {
    return CodeLocation.of(JavaCommand.class);
  }

  /**
   * The command line. The child ignores Ctrl-C of the terminal, which reaches the whole process
   * group, because the parent ends its children in order.
   */
  public List<String> commandLine() {
    List<String> line = new ArrayList<>();
    line.addAll(List.of("/bin/sh", "-c", "trap '' INT; exec \"$@\"", "sh"));
    line.add(javaHome.resolve("bin").resolve("java").toString());
    line.addAll(jvmFlags);
    line.addAll(List.of("-cp", classPath + java.io.File.pathSeparator + ownCode()));
    line.add(ParentBound.class.getName());
    line.add(mainClass);
    line.addAll(arguments);
    return line;
  }
}
