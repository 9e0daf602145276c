package io.tracetide.runtime.privacy;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The classes of personal data that are masked, and the search for them in one text. Rules by key
 * are in {@link Masker}. Thread-safe.
 */
final class PersonalData {

  /*
   * Digits, dots, colons and @ are counted first. A text that has too few of them for any class is
   * returned unchanged; nearly all texts are. Otherwise one pass tries, at the start of each word,
   * the classes that may start with its first character. Every attempt reads a bounded number of
   * characters, and an e-mail address extends back at most to the last mask, so the time is linear
   * in the length of the text.
   */

  /** Characters behind a cut that are read to recognise personal data at the cut. */
  static final int REACH = 320;

  static final List<String> BUILT_IN = List.of("email", "card", "iban", "phone", "ip", "secret");

  private static final int EMAIL = 0;
  private static final int CARD = 1;
  private static final int IBAN = 2;
  private static final int PHONE = 3;
  private static final int IP = 4;
  static final int SECRET = 5;

  // Kinds of characters: a class of personal data starts at, or contains, one that is not OTHER.
  private static final byte OTHER = 0;
  private static final byte SIGN = 1;
  private static final byte DIGIT = 2;
  private static final byte LETTER = 3;
  private static final byte[] KINDS = new byte[128];

  static {
    for (char c = 0; c < KINDS.length; c++) {
      KINDS[c] =
          Ascii.isDigit(c)
              ? DIGIT
              : Ascii.isLetter(c) ? LETTER : "@%+(".indexOf(c) >= 0 ? SIGN : OTHER;
    }
  }

  private static final MaskPattern.Search[] NO_PATTERNS = {};
  private static final int PSEUDONYM_BYTES = 6;
  private static final String ALGORITHM = "HmacSHA256";

  /**
   * Distinguishes ids without a configured key. It is public, so it does not protect from guessing.
   */
  private static final byte[] NO_KEY = "tracetide".getBytes(StandardCharsets.US_ASCII);

  private final PrivacyConfig config;
  private final List<String> classes;
  private final List<MaskPattern> patterns;
  private final boolean[] wanted = new boolean[BUILT_IN.size()];

  PersonalData(PrivacyConfig config) {
    this.config = config;
    List<String> names = new ArrayList<>(BUILT_IN);
    List<MaskPattern> compiled = new ArrayList<>();
    for (PatternConfig pattern : config.patterns()) {
      names.add(pattern.name());
      compiled.add(MaskPattern.compile(pattern.pattern()));
    }
    this.classes = List.copyOf(names);
    this.patterns = List.copyOf(compiled);
    wanted[EMAIL] = config.email();
    wanted[CARD] = config.card();
    wanted[IBAN] = config.iban();
    wanted[PHONE] = config.phone();
    wanted[IP] = config.ip() != PrivacyConfig.IpAddresses.NONE;
  }

  /** Names of all classes, including those that are switched off. */
  List<String> classes() {
    return classes;
  }

  /** Whether a text with these {@link TextStats} has to be searched. */
  boolean isPossibleIn(String text, long stats) {
    return !patterns.isEmpty()
        || TextStats.mayHavePersonalData(stats, text, config.ip() == PrivacyConfig.IpAddresses.ALL);
  }

  /**
   * Masks a text and cuts it to {@code limit} characters.
   *
   * @param addresses whether IP addresses are masked
   * @param pseudonyms whether masks have pseudonyms also without a key for them
   */
  String mask(
      String text, int limit, @Nullable Findings findings, boolean addresses, boolean pseudonyms) {
    return new Scan(text, limit, findings, addresses, pseudonyms).masked();
  }

  /** One pass over one text. */
  private final class Scan {

    private final String text;
    private final int limit;
    private final int end;
    private final @Nullable Findings findings;
    private final boolean addresses;
    private final boolean pseudonyms;
    private final MaskPattern.Search[] configured;
    private @Nullable StringBuilder out;
    private int last;

    /** Start of the next match of a configured pattern. */
    private int configuredAt;

    Scan(
        String text,
        int limit,
        @Nullable Findings findings,
        boolean addresses,
        boolean pseudonyms) {
      this.text = text;
      this.limit = Math.min(limit, text.length());
      this.end = (int) Math.min((long) this.limit + REACH, text.length());
      this.findings = findings;
      this.addresses = addresses && wanted[IP];
      this.pseudonyms = pseudonyms || config.pseudonymKey().isPresent();
      this.configured = patterns.isEmpty() ? NO_PATTERNS : new MaskPattern.Search[patterns.size()];
    }

    String masked() {
      configuredAt = firstConfigured();
      int i = 0;
      while (i < end) {
        int before = last;
        int kind = kindAt(i);
        if (i >= configuredAt) {
          i = configured(configuredAt);
        } else if (kind >= DIGIT) {
          i = word(i);
        } else {
          i = kind == SIGN ? sign(i) : i + 1;
        }
        if (last != before && configured.length > 0) {
          configuredAt = nextConfigured(last);
        }
      }
      if (out == null) {
        return limit == text.length() ? text : text.substring(0, limit);
      }
      return last < limit ? out.append(text, last, limit).toString() : out.toString();
    }

    private int kindAt(int i) {
      char c = text.charAt(i);
      return c < 128 ? KINDS[c] : OTHER;
    }

    /**
     * Reads a word of letters and digits, and tries the classes that its length and the character
     * behind it permit.
     */
    private int word(int i) {
      int to = i;
      int digits = 0;
      for (int kind = kindAt(i);
          kind >= DIGIT && to < configuredAt;
          kind = to < end ? kindAt(to) : OTHER) {
        digits += kind == DIGIT ? 1 : 0;
        to++;
      }
      if (digits == 0 || i >= limit || Ascii.wordAt(text, i - 1)) {
        return !isEveryAddress() || to - i != 4 ? to : found(v6(i), i, IP, to);
      }
      int length = to - i;
      char next = to < end ? text.charAt(to) : 0;
      if (length == digits) {
        if (length >= 13 || (length == 4 && (next == ' ' || next == '-'))) {
          int card = wanted[CARD] ? CardNumber.end(text, i, end) : -1;
          if (card >= 0) {
            return found(card, i, CARD, to);
          }
        }
        if (next == '.' && length <= 3 && addresses) {
          return found(IpAddress.v4(text, i, end, isEveryAddress()), i, IP, to);
        }
        if (next == '-' && length == 3) {
          return found(nanp(i), i, PHONE, to);
        }
      }
      if (next == ':' && length == 4) {
        return found(v6(i), i, IP, to);
      }
      boolean iban = wanted[IBAN] && length >= 4 && Ascii.isLetter(text.charAt(i));
      return iban && Iban.mayBegin(text, i) ? found(Iban.end(text, i, end), i, IBAN, to) : to;
    }

    private int sign(int i) {
      return switch (text.charAt(i)) {
        case '@' -> email(i, i + 1);
        case '%' -> encoded(i);
        case '+' -> phone(i, i + 1);
        default -> found(nanp(i), i, PHONE, i + 1);
      };
    }

    private int encoded(int i) {
      if (Ascii.at(text, i + 1, '4') && Ascii.at(text, i + 2, '0')) {
        return email(i, i + 3);
      }
      return Ascii.at(text, i + 1, '2')
              && (Ascii.at(text, i + 2, 'B') || Ascii.at(text, i + 2, 'b'))
          ? phone(i, i + 3)
          : i + 1;
    }

    private int email(int at, int domain) {
      if (!wanted[EMAIL]) {
        return at + 1;
      }
      int from = EmailAddress.start(text, last, at);
      int to = from == at || from >= limit ? -1 : EmailAddress.end(text, domain, end);
      return found(to, from, EMAIL, at + 1);
    }

    private int phone(int plus, int first) {
      boolean begins = wanted[PHONE] && plus < limit && !Ascii.wordAt(text, plus - 1);
      int to = begins ? PhoneNumber.international(text, first, end) : -1;
      return found(to, plus, PHONE, plus + 1);
    }

    private int nanp(int i) {
      return wanted[PHONE] && i < limit ? PhoneNumber.northAmerican(text, i, end) : -1;
    }

    private int v6(int i) {
      return addresses && i < limit ? IpAddress.v6(text, i, end, isEveryAddress()) : -1;
    }

    private boolean isEveryAddress() {
      return addresses && config.ip() == PrivacyConfig.IpAddresses.ALL;
    }

    private int firstConfigured() {
      for (int i = 0; i < configured.length; i++) {
        configured[i] = patterns.get(i).in(text, end);
        configured[i].find(0);
      }
      return nextConfigured(0);
    }

    /** Start of the next match of a configured pattern, at {@code from} or later. */
    private int nextConfigured(int from) {
      int next = Integer.MAX_VALUE;
      for (MaskPattern.Search search : configured) {
        if (search.start() >= 0 && search.start() < from) {
          search.find(from);
        }
        next = search.start() >= 0 ? Math.min(next, search.start()) : next;
      }
      return next < limit ? next : Integer.MAX_VALUE;
    }

    private int configured(int from) {
      int to = from;
      int longest = 0;
      for (int i = 0; i < configured.length; i++) {
        if (configured[i].start() == from && configured[i].end() > to) {
          to = configured[i].end();
          longest = i;
        }
      }
      return found(to, from, BUILT_IN.size() + longest, from + 1);
    }

    /** Masks the characters up to {@code to}, or nothing if it is -1; returns where to continue. */
    private int found(int to, int from, int index, int otherwise) {
      if (to < 0) {
        return otherwise;
      }
      StringBuilder masked = out == null ? new StringBuilder(text.length()) : out;
      out = masked;
      masked.append(text, last, from).append('[').append(classes.get(index));
      if (pseudonyms) {
        masked.append(':').append(pseudonym(classes.get(index), text.substring(from, to)));
      }
      masked.append(']');
      last = to;
      if (findings != null) {
        findings.add(index);
      }
      return to;
    }
  }

  /** Pseudonym of a value, independent of its spelling: case, spaces and separators. */
  private String pseudonym(String name, String value) {
    StringBuilder plain = new StringBuilder(name).append(':');
    String decoded = value.replace("%40", "@").toLowerCase(Locale.ROOT);
    boolean number = !name.equals("email") && !name.equals("ip");
    for (int i = 0; i < decoded.length(); i++) {
      char c = decoded.charAt(i);
      if (!number || Ascii.isWord(c)) {
        plain.append(c);
      }
    }
    byte[] key =
        config.pseudonymKey().isPresent()
            ? config.pseudonymKey().reveal().getBytes(StandardCharsets.UTF_8)
            : NO_KEY;
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(key, ALGORITHM));
      byte[] hash = mac.doFinal(plain.toString().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, PSEUDONYM_BYTES);
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
    }
  }
}
