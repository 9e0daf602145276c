import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/**
 * Counts over the main sources of a checkout: sizes of classes, methods and constructors, files per
 * package, repeated blocks, simple names that several classes share, stored binary formats, and
 * cycles between packages. One line per count, the limit and the worst places behind it.
 *
 * <p>Usage: {@code java Structure.java [--check] CHECKOUT}. With {@code --check} the exit status is
 * 1 if a limit is exceeded.
 */
final class Structure {

  private static final int CLASS_LINES = 400;
  private static final int METHOD_LINES = 60;
  private static final int CONSTRUCTOR_PARAMETERS = 8;
  private static final int PACKAGE_FILES = 25;
  private static final int BLOCK_LINES = 8;
  private static final int SHOWN = 6;
  private static final Pattern FORMAT = Pattern.compile("\\bstatic final \\w+ \\w*FORMAT\\w*\\s*=");
  private static final Pattern IMPORT =
      Pattern.compile("(?m)^import (?:static )?(io\\.tracetide(?:\\.[a-z][a-z0-9]*)*)\\.([A-Z]\\w*)");

  private static final Pattern COMMENT = Pattern.compile("(?s)/\\*.*?\\*/|//[^\n]*");

  private record Place(int size, String name) {}

  private record Block(String file, int line) {}

  private final Path root;
  private final List<Place> classes = new ArrayList<>();
  private final List<Place> methods = new ArrayList<>();
  private final List<Place> constructors = new ArrayList<>();
  private final Map<String, Integer> filesOfPackage = new TreeMap<>();
  private final Map<String, Set<String>> classesOfName = new TreeMap<>();
  private final Map<String, Set<String>> uses = new TreeMap<>();
  private final List<String> formats = new ArrayList<>();
  private final Map<String, List<Block>> blocks = new HashMap<>();
  private long lines;
  private int files;
  private boolean exceeded;

  private Structure(Path root) {
    this.root = root;
  }

  public static void main(String[] arguments) throws IOException {
    List<String> rest = new ArrayList<>(List.of(arguments));
    boolean check = rest.remove("--check");
    if (rest.size() != 1 || !Files.exists(Path.of(rest.get(0), "pom.xml"))) {
      System.err.println("usage: java Structure.java [--check] CHECKOUT");
      System.exit(2);
    }
    Structure structure = new Structure(Path.of(rest.get(0)).toRealPath());
    structure.read();
    structure.report();
    System.exit(check && structure.exceeded ? 1 : 0);
  }

  private void read() throws IOException {
    List<Path> sources;
    try (Stream<Path> tree = Files.walk(root)) {
      sources =
          tree.filter(file -> file.toString().endsWith(".java"))
              .filter(file -> file.toString().contains("/src/main/java/"))
              .filter(file -> !root.relativize(file).toString().contains("target/"))
              .sorted()
              .toList();
    }
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (var manager = compiler.getStandardFileManager(null, null, null)) {
      var units = manager.getJavaFileObjectsFromPaths(sources);
      JavacTask task =
          (JavacTask) compiler.getTask(null, manager, null, List.of("-proc:none"), null, units);
      SourcePositions positions = Trees.instance(task).getSourcePositions();
      for (CompilationUnitTree unit : task.parse()) {
        read(unit, positions);
      }
    }
  }

  private void read(CompilationUnitTree unit, SourcePositions positions) throws IOException {
    String source = unit.getSourceFile().getCharContent(true).toString();
    String file = root.relativize(Path.of(unit.getSourceFile().toUri())).toString();
    String packageName = String.valueOf(unit.getPackageName());
    files++;
    List<String> text = source.lines().toList();
    lines += text.size();
    if (file.endsWith("package-info.java")) {
      return;
    }
    filesOfPackage.merge(packageName, 1, Integer::sum);
    if (FORMAT.matcher(source).find()) {
      formats.add(simple(file));
    }
    String code = COMMENT.matcher(source).replaceAll("");
    var imports = IMPORT.matcher(code);
    while (imports.find()) {
      // An import that only a comment needs is no dependency.
      boolean used = code.indexOf(imports.group(2), code.lastIndexOf("\nimport ") + 8) > 0;
      if (used && !imports.group(1).equals(packageName)) {
        uses.computeIfAbsent(packageName, name -> new TreeSet<>()).add(imports.group(1));
      }
    }
    readBlocks(file, text);
    LineMap map = unit.getLineMap();
    new TreeScanner<Void, String>() {
      @Override
      public Void visitClass(ClassTree tree, String outer) {
        String name = tree.getSimpleName().toString();
        if (name.isEmpty()) {
          return super.visitClass(tree, outer);
        }
        String full = outer == null ? name : outer + "." + name;
        if (outer == null) {
          classes.add(new Place(text.size(), name));
          classesOfName.computeIfAbsent(name, any -> new TreeSet<>()).add(packageName);
        }
        boolean record = tree.getKind() == Tree.Kind.RECORD;
        for (Tree member : tree.getMembers()) {
          if (member instanceof MethodTree method) {
            readMethod(method, full, record);
          }
        }
        return super.visitClass(tree, full);
      }

      @Override
      public Void visitNewClass(NewClassTree tree, String outer) {
        return super.visitNewClass(tree, outer);
      }

      private void readMethod(MethodTree method, String owner, boolean ofRecord) {
        long start = positions.getStartPosition(unit, method);
        long end = positions.getEndPosition(unit, method);
        if (start < 0 || end < 0 || method.getBody() == null) {
          return;
        }
        long body = positions.getStartPosition(unit, method.getBody());
        int length = (int) (map.getLineNumber(end) - map.getLineNumber(body) + 1);
        boolean constructor = method.getName().contentEquals("<init>");
        String name = owner + (constructor ? "" : "." + method.getName());
        methods.add(new Place(length, name));
        if (constructor && !ofRecord) {
          constructors.add(new Place(method.getParameters().size(), name));
        }
      }
    }.scan(unit.getTypeDecls(), null);
  }

  /** Lines without imports, comments and lone brackets, in windows of {@link #BLOCK_LINES}. */
  private void readBlocks(String file, List<String> text) {
    List<String> code = new ArrayList<>();
    List<Integer> numbers = new ArrayList<>();
    for (int i = 0; i < text.size(); i++) {
      String line = text.get(i).strip();
      if (line.length() < 3
          || line.startsWith("import ")
          || line.startsWith("package ")
          || line.startsWith("//")
          || line.startsWith("*")
          || line.startsWith("/*")
          || line.equals("@Override")) {
        continue;
      }
      code.add(line);
      numbers.add(i + 1);
    }
    for (int i = 0; i + BLOCK_LINES <= code.size(); i++) {
      String block = String.join("\n", code.subList(i, i + BLOCK_LINES));
      blocks.computeIfAbsent(block, any -> new ArrayList<>()).add(new Block(file, numbers.get(i)));
    }
  }

  private void report() {
    System.out.printf("%-46s %8d files, %d lines%n", "main sources", files, lines);
    sizes("lines of the longest top-level classes", classes, CLASS_LINES);
    sizes("lines of the longest method bodies", methods, METHOD_LINES);
    sizes("parameters of the longest constructors", constructors, CONSTRUCTOR_PARAMETERS);
    reportPackages();
    reportBlocks();
    List<String> shared =
        classesOfName.entrySet().stream()
            .filter(entry -> entry.getValue().size() > 1)
            .map(entry -> entry.getKey() + " (" + entry.getValue().size() + ")")
            .toList();
    line("simple names that several classes share", shared.size(), 0, String.join(", ", shared));
    line("files with a stored format of their own", formats.size(), -1, String.join(", ", formats));
    List<String> cycles = cycles();
    line("packages in a cycle", cycles.size(), 0, String.join(", ", cycles));
  }

  private void sizes(String what, List<Place> places, int limit) {
    places.sort(Comparator.comparingInt(Place::size).reversed());
    List<String> worst = new ArrayList<>();
    for (Place place : places.subList(0, Math.min(SHOWN, places.size()))) {
      worst.add(place.name() + " " + place.size());
    }
    long over = places.stream().filter(place -> place.size() > limit).count();
    line(what, places.get(0).size(), limit, over + " over; " + String.join(", ", worst));
  }

  private void reportPackages() {
    List<Place> packages = new ArrayList<>();
    filesOfPackage.forEach((name, count) -> packages.add(new Place(count, name)));
    packages.sort(Comparator.comparingInt(Place::size));
    int median = packages.get(packages.size() / 2).size();
    Place largest = packages.get(packages.size() - 1);
    String rest = packages.size() + " packages, median " + median + ", largest " + largest.name();
    line("files of the largest package", largest.size(), PACKAGE_FILES, rest);
  }

  private void reportBlocks() {
    Set<String> counted = new HashSet<>();
    Map<String, Integer> pairs = new TreeMap<>();
    int repeated = 0;
    List<List<Block>> all = new ArrayList<>(blocks.values());
    all.removeIf(places -> places.size() < 2);
    all.sort(Comparator.comparing((List<Block> places) -> places.get(0).file()).thenComparing(places -> places.get(0).line()));
    Map<String, Integer> last = new HashMap<>();
    for (List<Block> places : all) {
      Block first = places.get(0);
      Block second = places.get(1);
      String pair = simple(first.file()) + " ~ " + simple(second.file());
      // Windows that overlap belong to one block.
      Integer before = last.put(pair, first.line());
      if (before == null || first.line() - before > BLOCK_LINES) {
        repeated++;
        pairs.merge(pair, 1, Integer::sum);
        counted.add(pair);
      }
    }
    line(
        "blocks of " + BLOCK_LINES + " lines that are repeated",
        repeated,
        -1,
        String.join(", ", pairs.keySet().stream().limit(SHOWN).toList()));
  }

  private List<String> cycles() {
    List<String> found = new ArrayList<>();
    for (String start : uses.keySet()) {
      Set<String> reached = new HashSet<>();
      List<String> open = new ArrayList<>(uses.get(start));
      while (!open.isEmpty()) {
        String next = open.remove(open.size() - 1);
        if (reached.add(next)) {
          open.addAll(uses.getOrDefault(next, Set.of()));
        }
      }
      if (reached.contains(start)) {
        found.add(start);
      }
    }
    return found;
  }

  private void line(String what, int value, int limit, String rest) {
    boolean over = limit >= 0 && value > limit;
    exceeded |= over;
    String bound = limit < 0 ? "" : over ? "OVER " + limit : "<= " + limit;
    System.out.printf("%-46s %8d %-9s %s%n", what, value, bound, rest);
  }

  private static String simple(String file) {
    return file.substring(file.lastIndexOf('/') + 1).replace(".java", "");
  }
}
