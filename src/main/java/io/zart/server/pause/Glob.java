package io.zart.server.pause;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * A pattern for names: {@code *} any characters, {@code ?} one, {@code [a-z]} one of a set ({@code [!a-z]} none of it),
 * {@code {a,b}} one of some patterns, {@code \} takes the next character as it is. Case-sensitive, by code points. Matching
 * takes time in proportion to the product of the lengths, whatever the pattern.
 */
final class Glob {

    /** What a step of the machine does: take a character, go on at one or two places, or accept. */
    private record Instruction(IntPredicate takes, int next, int other) {}

    private static final int NONE = -1;

    private final int[] pattern;
    private final List<Instruction> program = new ArrayList<>();
    private int at;

    private Glob(String text) {
        this.pattern = text.codePoints().toArray();
    }

    /**
     * The pattern of that text.
     *
     * @throws IllegalArgumentException saying what is wrong with it
     */
    static Glob of(String text) {
        Glob glob = new Glob(text);
        glob.sequence(false);
        glob.program.add(new Instruction(null, NONE, NONE));
        return glob;
    }

    private void sequence(boolean inBraces) {
        while (at < pattern.length) {
            int c = pattern[at];
            if (inBraces && (c == ',' || c == '}')) {
                return;
            }
            at++;
            switch (c) {
                case '*' -> star();
                case '?' -> take(any -> true);
                case '[' -> take(set());
                case '{' -> alternatives();
                case '}' -> throw new IllegalArgumentException("'}' without '{'");
                case '\\' -> {
                    int literal = escaped();
                    take(x -> x == literal);
                }
                default -> take(x -> x == c);
            }
        }
        if (inBraces) {
            throw new IllegalArgumentException("'{' without '}'");
        }
    }

    private void take(IntPredicate takes) {
        program.add(new Instruction(takes, program.size() + 1, NONE));
    }

    private void star() {
        int split = program.size();
        program.add(new Instruction(null, split + 1, split + 2));
        program.add(new Instruction(any -> true, split, NONE));
    }

    private void alternatives() {
        List<Integer> ends = new ArrayList<>();
        while (true) {
            int split = program.size();
            program.add(null);
            sequence(true);
            ends.add(program.size());
            program.add(null);
            boolean last = pattern[at++] == '}';
            program.set(split, new Instruction(null, split + 1, last ? NONE : program.size()));
            if (last) {
                int end = program.size();
                ends.forEach(place -> program.set(place, new Instruction(null, end, NONE)));
                return;
            }
        }
    }

    private int escaped() {
        if (at == pattern.length) {
            throw new IllegalArgumentException("'\\' at the end");
        }
        return pattern[at++];
    }

    private IntPredicate set() {
        boolean none = at < pattern.length && (pattern[at] == '!' || pattern[at] == '^');
        if (none) {
            at++;
        }
        IntPredicate members = x -> false;
        boolean empty = true;
        while (at < pattern.length && (pattern[at] != ']' || empty)) {
            int low = member();
            int high = low;
            if (at + 1 < pattern.length && pattern[at] == '-' && pattern[at + 1] != ']') {
                at++;
                high = member();
            }
            if (high < low) {
                throw new IllegalArgumentException("a range in '[…]' goes backwards");
            }
            int from = low;
            int to = high;
            members = members.or(x -> x >= from && x <= to);
            empty = false;
        }
        if (at == pattern.length) {
            throw new IllegalArgumentException("'[' without ']'");
        }
        at++;
        return none ? members.negate() : members;
    }

    private int member() {
        int c = pattern[at++];
        return c == '\\' ? escaped() : c;
    }

    /** Whether the whole name fits. */
    boolean matches(String name) {
        BitSet places = new BitSet();
        reach(places, 0);
        for (int c : name.codePoints().toArray()) {
            BitSet next = new BitSet();
            for (int i = places.nextSetBit(0); i >= 0; i = places.nextSetBit(i + 1)) {
                Instruction here = program.get(i);
                if (here.takes() != null && here.takes().test(c)) {
                    reach(next, here.next());
                }
            }
            places = next;
        }
        return places.get(program.size() - 1);
    }

    private void reach(BitSet places, int first) {
        List<Integer> open = new ArrayList<>(List.of(first));
        while (!open.isEmpty()) {
            int place = open.remove(open.size() - 1);
            if (place == NONE || places.get(place)) {
                continue;
            }
            places.set(place);
            Instruction here = program.get(place);
            if (here.takes() == null) {
                open.add(here.next());
                open.add(here.other());
            }
        }
    }
}
