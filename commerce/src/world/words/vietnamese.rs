//! Vietnamese words.

use super::Words;

pub(crate) static WORDS: Words = Words {
    nouns: [
        ["Túi xách tay", "Túi đeo chéo", "Ba lô", "Ví đựng xu", "Túi du lịch"],
        ["Áo sơ mi lanh", "Váy dài", "Áo len mỏng", "Quần ống rộng", "Áo khoác mưa"],
        ["Giày vải", "Dép da", "Giày cổ thấp", "Dép đi trong nhà", "Giày lười"],
        ["Tinh chất dưỡng da", "Son dưỡng môi", "Kem tay", "Mặt nạ giấy", "Tẩy tế bào chết"],
        ["Chảo chống dính", "Bộ dao", "Hũ thủy tinh", "Ấm trà", "Khay nướng"],
        ["Đèn bàn", "Chăn mỏng", "Nến thơm", "Giỏ đựng đồ", "Gương treo tường"],
        ["Bộ xếp hình", "Gấu bông", "Tranh ghép gỗ", "Diều giấy", "Trò chơi bàn cờ"],
        ["Hạt dinh dưỡng", "Bánh gạo", "Sô cô la đen", "Xoài sấy", "Đậu phộng mật ong"],
    ],
    adjectives: ["mềm mại", "cổ điển", "tươi sáng", "hằng ngày", "thủ công", "nhẹ", "êm ái", "bền chắc"],
    variants: ["bộ 2 chiếc", "bộ 3 chiếc", "cỡ lớn", "cỡ nhỏ", "mẫu mới", "bản quà tặng"],
    adjective_first: false,
    glue: " ",
    comma: ", ",
    shops: ["Nhà Hoa Sen", "Gió Biển", "Vườn Tre", "Mây Trắng", "Nắng Mai", "Lá Xanh", "Phố Nhỏ", "Trăng Non"],
    shop_kinds: ["Cửa hàng", "Tiệm", "Chợ"],
    people: [
        "Mai Thảo Vy",
        "Quang Hải Đăng",
        "Lan Ngọc Anh",
        "Minh Khôi",
        "Thu Hà My",
        "Đức Trí",
        "Bảo Châu",
        "Gia Huy",
    ],
    colours: ["Đen", "Kem", "Xanh đậm", "Hồng", "Ô liu"],
    delivery: ["Giao hàng tiêu chuẩn", "Giao hàng nhanh"],
    rooms: ["Ưu đãi tối nay", "Hàng mới về", "Mở hộp cùng nhau", "Hỏi đáp và mua sắm"],
    campaigns: ["Ưu đãi giữa mùa", "Lễ hội cuối tuần", "Ngày hội gia đình"],
    flash_sale: "Giá sốc trong phòng live",
    discount: "Giảm giá",
    voucher: "Phiếu giảm giá",
    free_shipping: "Miễn phí vận chuyển",
    creator_shop: "Ghé cửa hàng của nhà sáng tạo",
    surprise_set: "Bộ quà bất ngờ",
    surprise_rules: "Mỗi lượt thắng nhận một phần quà niêm phong. Số quà còn lại và tỉ lệ được hiển thị trước khi trả giá. Quà không được đổi trả.",
};
